using BenchmarkDotNet.Attributes;
using Evenkeel.Tests.Unit.Proxy;

namespace Evenkeel.Bench.Micro;

/// <summary>What a request is made of, timed. That it allocates nothing is a unit test too; here it is counted over many more calls.</summary>
public class HotPathBenchmarks
{
    private readonly HotPath _path = new();

    [Benchmark(Description = "read, check, extend and write a browser's head")]
    public int ForwardHead() => _path.ForwardHead();

    [Benchmark(Description = "look up two headers")]
    public int FindHeaders() => _path.FindHeaders();

    [Benchmark(Description = "evaluate three ACLs")]
    public bool EvaluateCondition() => _path.EvaluateCondition();

    [Benchmark(Description = "write a log-format")]
    public int WriteLogFormat() => _path.WriteLogFormat();

    [Benchmark(Description = "push 256 timers back and turn the wheel")]
    public int TurnTimers() => _path.TurnTimers();
}
