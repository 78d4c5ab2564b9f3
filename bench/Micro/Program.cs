using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Evenkeel.Bench.Micro;

// In this process: nothing is built or restored behind the caller's back, and what is timed is what `dotnet build` made.
var config = ManualConfig.CreateEmpty()
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddLogger(ConsoleLogger.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddExporter(MarkdownExporter.Console)
    .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "results"));
var summary = BenchmarkRunner.Run<HotPathBenchmarks>(config, args);
var failed = summary.HasCriticalValidationErrors || summary.Reports.IsEmpty;
foreach (var report in summary.Reports)
{
    var bytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase);
    if (bytes == 0 && report.Success) continue;
    failed = true;
    Console.Error.WriteLine($"micro: '{report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo}' "
        + (report.Success ? $"allocates {bytes} bytes a call; it must allocate nothing" : "did not run"));
}

Console.WriteLine(failed ? "micro: FAILED" : "micro: nothing allocates");
return failed ? 1 : 0;
