using System.Text;
using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Tests.Unit.Proxy.Http1;

/// <summary>
/// Good heads and bodies, changed at random places, cut at random places: the parsers must say what the <see cref="PlainReader"/> says. EVENKEEL_FUZZ_INPUTS
/// and EVENKEEL_FUZZ_SEED make longer and other runs.
/// </summary>
public sealed class MutationTests
{
    private const int UsualInputs = 60_000;
    private const int MaxHeaders = 101;

    private static readonly string[] Heads =
    [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /path?query=1&b=%20 HTTP/1.1\r\nHost: example.org:8080\r\nContent-Length: 12\r\nX-Folded: one\r\n two\r\n\tthree  \r\n\r\nbody of it..",
        "\r\nOPTIONS * HTTP/1.0\nconnection: close\nA:b \t\n\n",
        "GET /index.html HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept-Language: en-US,en;q=0.5\r\n"
            + "Accept-Encoding: gzip, deflate, br\r\nCookie: a=b; c=d\r\nUpgrade-Insecure-Requests: 1\r\nX_under~tilde!: v\r\n\r\nGET /next HTTP/1.1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nServer: b\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n",
        "HTTP/1.0 404   Not  Here\r\nA-Very-Long-Header-Name-Of-Forty-Characters-X: v\r\n\r\n",
    ];

    private static readonly string[] Bodies =
    [
        "5\r\nhello\r\n0\r\n\r\n", "000A;ext=1\r\n0123456789\r\n1 \r\nx\r\n0;last\r\nTrailer-One: 1\r\nB:\r\n\r\nnext", "10\r\n0123456789abcdef\r\n0\r\n\r\n",
    ];

    private static readonly string[] Pieces =
    [
        "\r\n", "\n", "\r", "\0", ":", " ", "\t", "\r\n ", "\r\n\r\n", ";", "#", "\u00FF", "0", "ffffffffffffffff", "HTTP/1.1", "HTTP/1.0",
        "Host: a\r\n", "x", "_", "-",
    ];

    private readonly WorkerMemory _memory = Received.Memory();
    private ulong _state = ulong.Parse(Environment.GetEnvironmentVariable("EVENKEEL_FUZZ_SEED") ?? "20250607") | 1;

    private static int Inputs => int.Parse(Environment.GetEnvironmentVariable("EVENKEEL_FUZZ_INPUTS") ?? UsualInputs.ToString());

    [Fact]
    public void Mutated_heads_are_read_as_the_plain_reader_reads_them()
    {
        var message = new HttpMessage(_memory);
        for (var i = 0; i < Inputs; i++)
        {
            var text = Mutate(Heads[Next(Heads.Length)]);
            var isRequest = Next(8) == 0 ? text.StartsWith("HTTP/", StringComparison.Ordinal) : !text.StartsWith("HTTP/", StringComparison.Ordinal);
            var expected = PlainReader.Head(text, isRequest, _memory.MaxHeadLength);
            var actual = ReadHead(message, Encoding.Latin1.GetBytes(text), isRequest, Next(3) == 0 ? 1 + Next(40) : int.MaxValue);
            if (expected != actual) Assert.Fail($"input {i}: {Escaped(text)}\nplain:  {Escaped(expected)}\nparser: {Escaped(actual)}");
        }

        message.Reset();
        Assert.Equal(0, _memory.Regular.InUse);
    }

    [Fact]
    public void Mutated_chunks_are_read_as_the_plain_reader_reads_them()
    {
        for (var i = 0; i < Inputs / 2; i++)
        {
            var text = Mutate(Bodies[Next(Bodies.Length)]);
            var expected = PlainReader.Chunks(text);
            var actual = ReadChunks(Encoding.Latin1.GetBytes(text), Next(3) == 0 ? 1 + Next(8) : int.MaxValue);
            if (expected != actual) Assert.Fail($"input {i}: {Escaped(text)}\nplain:  {Escaped(expected ?? "none")}\nscanner: {Escaped(actual ?? "none")}");
        }

        Assert.Equal(0, _memory.Regular.InUse);
    }

    /// <summary>What a mutated head means must be decided without an exception, and the same way however often.</summary>
    [Fact]
    public void Checks_of_mutated_heads_never_throw_and_leave_a_head_that_reads_the_same()
    {
        var message = new HttpMessage(_memory);
        var again = new HttpMessage(_memory);
        for (var i = 0; i < Inputs; i++)
        {
            var text = Mutate(Heads[Next(4)]);
            var buffer = _memory.Regular.Take();
            if (Parse(message, buffer, Encoding.Latin1.GetBytes(text), isRequest: true, int.MaxValue, out _) == ParseStatus.Done
                && RequestChecks.Check(message, out var framing) == 0)
            {
                var sent = new byte[message.Length];
                Assert.Equal(sent.Length, message.Write(sent));
                var second = _memory.Regular.Take();
                Assert.Equal(ParseStatus.Done, Parse(again, second, sent, isRequest: true, int.MaxValue, out _));
                Assert.Equal(0, RequestChecks.Check(again, out var seen));
                if (framing.Body != seen.Body || framing.Length != seen.Length) Assert.Fail($"read differently behind us: {Escaped(text)}");
                again.Reset();
                _memory.Regular.Return(second);
            }

            message.Reset();
            _memory.Regular.Return(buffer);
        }

        Assert.Equal(0, _memory.Regular.InUse);
    }

    private string ReadHead(HttpMessage message, byte[] bytes, bool isRequest, int step)
    {
        var buffer = _memory.Regular.Take();
        var status = Parse(message, buffer, bytes, isRequest, step, out var parser);
        var result = $"{status} {parser.Error}";
        if (status == ParseStatus.Done)
        {
            var head = new byte[message.Length];
            message.Write(head);
            result = $"{status} {Encoding.Latin1.GetString(head)}|{Encoding.Latin1.GetString(bytes, parser.End, bytes.Length - parser.End)}";
        }

        message.Reset();
        _memory.Regular.Return(buffer);
        return result;
    }

    private ParseStatus Parse(HttpMessage message, NativeBuffer buffer, byte[] bytes, bool isRequest, int step, out Http1HeadParser parser)
    {
        parser = default;
        parser.Begin(buffer, message);
        var status = ParseStatus.NeedMore;
        for (var fed = 0; fed < bytes.Length && status == ParseStatus.NeedMore;)
        {
            var count = Math.Min(step, bytes.Length - fed);
            fed += buffer.Append(bytes.AsSpan(fed, count));
            status = parser.Parse(buffer, message, isRequest, MaxHeaders, _memory.MaxHeadLength);
        }

        return status;
    }

    private string? ReadChunks(byte[] bytes, int step)
    {
        var buffer = _memory.Regular.Take();
        var scanner = default(ChunkScanner);
        var scanned = 0;
        var status = ParseStatus.NeedMore;
        for (var fed = 0; fed < bytes.Length && status == ParseStatus.NeedMore;)
        {
            fed += buffer.Append(bytes.AsSpan(fed, Math.Min(step, bytes.Length - fed)));
            status = scanner.Scan(buffer, scanned, out scanned);
        }

        var result = status == ParseStatus.Done ? Encoding.Latin1.GetString(buffer.Filled[..scanned]) : null;
        _memory.Regular.Return(buffer);
        return result;
    }

    private string Mutate(string text)
    {
        for (var changes = Next(5); changes > 0; changes--)
        {
            var at = Next(text.Length + 1);
            var length = Math.Min(Next(4), text.Length - at);
            text = Next(6) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Pieces[Next(Pieces.Length)]),
                2 => text.Insert(at, ((char)Next(256)).ToString()),
                3 => text[..at],
                4 => text.Insert(at, text.Substring(Math.Min(at, text.Length), Math.Min(Next(60), text.Length - at))),
                _ => text.Remove(at, length).Insert(at, Pieces[Next(Pieces.Length)]),
            };
        }

        return text;
    }

    private int Next(int below)
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (int)((_state * 0x2545F4914F6CDD1DUL >> 33) % (uint)below);
    }

    private static string Escaped(string text) =>
        string.Concat(text.Select(c => c switch { '\r' => "\\r", '\n' => "\\n", < ' ' or > '~' => $"\\x{(int)c:X2}", _ => c.ToString() }));
}
