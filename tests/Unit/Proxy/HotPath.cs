using System.Text;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Samples;
using Evenkeel.Tests.Unit.Proxy.Samples;

namespace Evenkeel.Tests.Unit.Proxy;

/// <summary>The small things every request is made of, each as one call, so that what they allocate can be counted.</summary>
public sealed class HotPath
{
    /// <summary>What a browser sends: ten headers.</summary>
    private static readonly byte[] Browser = Encoding.ASCII.GetBytes(
        "GET /some/path/page.html?id=17 HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0\r\n"
        + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: en-US,en;q=0.5\r\n"
        + "Accept-Encoding: gzip, deflate, br\r\nCookie: session=0123456789abcdef0123456789abcdef; theme=dark; consent=1\r\n"
        + "Upgrade-Insecure-Requests: 1\r\nSec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\nCache-Control: max-age=0\r\n\r\n");

    private readonly WorkerMemory _memory = new(16_384, 1_024);
    private readonly HttpMessage _message;
    private readonly byte[] _room = new byte[16_384];
    private readonly AnEvaluation _evaluation = new(Encoding.ASCII.GetString(Browser));
    private readonly BoundCondition _condition;
    private readonly BoundLogFormat _format;
    private readonly TimerWheel _wheel = new(0);
    private readonly Timer[] _timers = [.. Enumerable.Range(0, 256).Select(_ => new Timer())];
    private long _nowMs;

    public HotPath()
    {
        _message = new HttpMessage(_memory);
        _condition = _evaluation.Condition("{ path_end .css .js .png } || { path_beg /api/ /v1/ } || { hdr_sub(user-agent) -i bot crawler }");
        _format = _evaluation.Format("%[req.hdr(host),lower] %[path] %[req.hdr(user-agent),field(1,/)] %ST", LogFormatUse.Log);
    }

    /// <summary>Reads a browser's head, adds a header, writes it out.</summary>
    /// <returns>Bytes written.</returns>
    public int ForwardHead()
    {
        var buffer = _memory.Regular.Take();
        buffer.Append(Browser);
        var parser = default(Http1HeadParser);
        parser.Begin(buffer, _message);
        if (parser.Parse(buffer, _message, isRequest: true, 101, _memory.MaxHeadLength) != ParseStatus.Done) return 0;
        if (RequestChecks.Check(_message, out _) != 0) return 0;
        _message.Add("x-forwarded-for"u8, "192.0.2.1"u8);
        var written = _message.Write(_room);
        _message.Reset();
        _memory.Regular.Return(buffer);
        return written;
    }

    /// <summary>Looks two headers up by name, the last and one that is not there.</summary>
    public int FindHeaders() => _evaluation.Context.Request!.Find("cache-control"u8) + _evaluation.Context.Request.Find("x-none"u8);

    /// <summary>Three ACLs, none of which holds.</summary>
    public bool EvaluateCondition() => _condition.Holds(_evaluation.Context);

    /// <returns>Bytes of the line.</returns>
    public int WriteLogFormat()
    {
        _evaluation.Context.Scratch.Release(0);
        return _format.Write(_evaluation.Context, _room);
    }

    /// <summary>256 connections push their time-outs back and one millisecond goes by.</summary>
    public int TurnTimers()
    {
        _nowMs++;
        foreach (var timer in _timers) _wheel.Set(timer, _nowMs + 50);
        _wheel.Advance(_nowMs);
        return _wheel.Count;
    }

    private sealed class Timer : LoopTimer
    {
        public override void OnDeadline(long nowMs)
        {
        }
    }
}

public sealed class HotPathTests
{
    private const int Calls = 5_000;

    private readonly HotPath _path = new();

    [Fact]
    public void Forwarding_a_head_allocates_nothing() => AssertNoAllocation(() => _path.ForwardHead(), result => result > 400);

    [Fact]
    public void Looking_headers_up_allocates_nothing() => AssertNoAllocation(() => _path.FindHeaders(), result => result == 8);

    [Fact]
    public void Evaluating_a_condition_allocates_nothing() => AssertNoAllocation(() => _path.EvaluateCondition() ? 1 : 0, result => result == 0);

    [Fact]
    public void Writing_a_log_format_allocates_nothing() => AssertNoAllocation(() => _path.WriteLogFormat(), result => result > 20);

    [Fact]
    public void Turning_timers_allocates_nothing() => AssertNoAllocation(() => _path.TurnTimers(), result => result == 256);

    private static void AssertNoAllocation(Func<int> call, Func<int, bool> isRight)
    {
        Assert.True(isRight(call()));
        Allocations.AreNone(() =>
        {
            for (var i = 0; i < Calls; i++) _ = call();
        });
    }
}
