using System.Diagnostics;
using System.Text;

namespace Evenkeel.Tests.EndToEnd.Harness;

/// <summary>A program started by a test, its output, and the certainty that it ends with the test.</summary>
internal sealed class RunningProgram : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    public RunningProgram(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Writes a line to its standard input.</summary>
    public void Tell(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Runs a program to its end: exit code and everything it printed.</summary>
    public static (int ExitCode, string Output) Run(string program, params string[] arguments) => RunWithin(TimeSpan.FromSeconds(20), program, arguments);

    /// <summary>The same for a program that may take its time.</summary>
    public static (int ExitCode, string Output) RunWithin(TimeSpan limit, string program, params string[] arguments)
    {
        using var running = new RunningProgram(program, arguments);
        return (running.WaitForExit(limit), running.Output);
    }

    public int WaitForExit(TimeSpan limit)
    {
        if (!_process.WaitForExit(limit)) throw new TimeoutException($"still running after {limit.TotalSeconds} s; it printed:\n{Output}");
        _process.WaitForExit();      // the second call waits for the output readers too
        return _process.ExitCode;
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Id.ToString()]);
        kill.WaitForExit();
    }

    /// <summary>Waits until a condition holds; fails with the program's output when it does not in time, or when the program has ended.</summary>
    public void WaitUntil(Func<bool> condition, string what, int limitMs = 10_000)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.ElapsedMilliseconds > limitMs) throw new TimeoutException($"{what}: not within {limitMs} ms; the program printed:\n{Output}");
            if (_process.HasExited) throw new InvalidOperationException($"{what}: the program ended with {_process.ExitCode}:\n{Output}");
            Thread.Sleep(5);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(5_000);
        }
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
    }
}
