using System.Text;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Samples.Converters;
using Evenkeel.Proxy.Samples.Fetches;
using Evenkeel.Proxy.Samples.Patterns;
using Evenkeel.Tests.Unit.Config;

namespace Evenkeel.Tests.Unit.Proxy.Samples;

/// <summary>Reads, binds and evaluates expressions as the program does, against a request made of text.</summary>
internal sealed class AnEvaluation
{
    /// <summary>The request with which the golden values were taken from the original.</summary>
    public const string GoldenRequest = "GET /7/Some/Path?x=1&y=b%20c&x=2 HTTP/1.1\r\nHost: Example.com:8080\r\nX-A: one, two,three\r\nX-A: four\r\n" +
        "Cookie: a=1; b=two; c=\"q\"\r\nUser-Agent: ev\r\n\r\n";

    private static readonly WorkerMemory Memory = new(16_384, 1_024);

    private readonly Binder _binder = new(FetchTable.Rows, ConverterTable.Rows, null);

    public AnEvaluation(string request = GoldenRequest)
    {
        Scope = new ParseScope
        {
            Registry = RuleBinder.CreateRegistry(),
            Diagnostics = Diagnostics,
            World = World,
            References = new PendingReferences(),
            ProxyName = "f",
            Mode = ProxyMode.Http,
        };
        Context = new SampleContext { Request = Parse(request), Variables = new StreamVariables(), SessionVariables = new VariableStore() };
    }

    public FakeWorld World { get; } = new();

    public PatternLists Patterns => _binder.Patterns;

    public DiagnosticList Diagnostics { get; } = new();

    public ParseScope Scope { get; }

    public SampleContext Context { get; }

    public static HttpMessage Parse(string head)
    {
        var message = new HttpMessage(Memory);
        var buffer = Memory.Regular.Take();
        buffer.Append(Encoding.Latin1.GetBytes(head));
        var parser = default(Http1HeadParser);
        parser.Begin(buffer, message);
        Assert.Equal(ParseStatus.Done, parser.Parse(buffer, message, head.StartsWith("HTTP/", StringComparison.Ordinal) is false, 100, 16_000));
        return message;
    }

    public BoundLogFormat Format(string text, LogFormatUse use = LogFormatUse.Http)
    {
        var model = LogFormatParser.Parse(text, Scope, use, SamplePlaces.None);
        Assert.True(model is not null, string.Join('\n', Diagnostics.Items.Select(item => item.Text)));
        return _binder.Bind(model);
    }

    public string Write(string format, LogFormatUse use = LogFormatUse.Http)
    {
        var bytes = new byte[8_192];
        return Encoding.Latin1.GetString(bytes, 0, Format(format, use).Write(Context, bytes));
    }

    public BoundCondition Condition(string words)
    {
        var model = ConditionParser.Parse(words.Split(' '), unless: false, Scope);
        Assert.True(model is not null, string.Join('\n', Diagnostics.Items.Select(item => item.Text)));
        return _binder.Bind(model);
    }

    public bool Holds(string words) => Condition(words).Holds(Context);
}
