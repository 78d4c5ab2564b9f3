using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Balance;
using Evenkeel.Proxy.Servers.Queues;

namespace Evenkeel.Proxy.Logging.Backends;

/// <summary>What balancing may ask of a log line: its hash key, and chance. Owner: one thread.</summary>
internal sealed class LogBalanceInput : IBalanceInput
{
    /// <summary>Longest key that counts, bytes.</summary>
    private const int MaxKeyLength = 4_096;

    [ThreadStatic]
    private static LogBalanceInput? t_own;

    private readonly byte[] _key = new byte[MaxKeyLength];
    private SampleContext? _context;
    private int _keyLength = -1;
    private ulong _random = ((ulong)Environment.CurrentManagedThreadId * 0x9E3779B97F4A7C15) | 1;

    public static LogBalanceInput OfThread => t_own ??= new LogBalanceInput();

    public int WorkerIndex => 0;

    /// <summary>Nobody asks how many lines went where in the last second: they are not counted.</summary>
    public long NowMs => 0;

    public ReadOnlySpan<byte> SourceAddress => [];

    public ReadOnlySpan<byte> RequestTarget => [];

    public bool IsPost => false;

    public ReadOnlySpan<byte> RequestBody => [];

    public Server? ServerToAvoid => null;

    /// <summary>Lines never queue.</summary>
    public QueueTicket Ticket => null!;

    /// <summary>Runs the converters on a message; without a value servers take turns.</summary>
    public void TakeKey(BoundExpression converters, ReadOnlySpan<byte> message)
    {
        var context = _context ??= new SampleContext();
        context.Begin(0);
        var sample = default(Sample);
        sample.SetString(message);
        _keyLength = -1;
        if (!converters.TryConvert(context, ref sample) || !SampleCast.TryCast(ref sample, SampleType.String, context.Scratch)) return;
        var key = sample.Bytes[..Math.Min(sample.Bytes.Length, MaxKeyLength)];
        key.CopyTo(_key);
        _keyLength = key.Length;
    }

    public bool TryGetHeader(ReadOnlySpan<byte> lowerName, out ReadOnlySpan<byte> value)
    {
        value = default;
        return false;
    }

    public int EvaluateBalanceKey(Backend backend, Span<byte> key)
    {
        if (_keyLength > 0) _key.AsSpan(0, _keyLength).CopyTo(key);
        return _keyLength;
    }

    /// <summary>xorshift64*; enough for balancing.</summary>
    public uint NextRandom()
    {
        _random ^= _random >> 12;
        _random ^= _random << 25;
        _random ^= _random >> 27;
        return (uint)((_random * 0x2545F4914F6CDD1DUL) >> 32);
    }
}
