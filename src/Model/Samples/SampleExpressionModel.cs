using System.Collections.Immutable;

namespace Evenkeel.Model.Samples;

/// <summary>`fetch(args),converter(args),...` checked against the registered signatures; Proxy binds it to functions once (configuration.txt 7).</summary>
public sealed record SampleExpressionModel(FetchSignature Fetch, ImmutableArray<SampleArgument> Arguments, ImmutableArray<ConverterCallModel> Converters,
    string Text, SourcePosition Position)
{
    /// <summary>Type that comes out at the end.</summary>
    public SampleType OutputType => Converters.IsEmpty ? Fetch.Output : Converters[^1].Converter.Output;
}

public sealed record ConverterCallModel(ConverterSignature Converter, ImmutableArray<SampleArgument> Arguments);

/// <summary>One argument as checked: <see cref="Text"/> always, <see cref="Number"/> for integers, times and sizes.</summary>
public readonly record struct SampleArgument(ArgumentKind Kind, string Text, long Number = 0);

public enum ArgumentKind
{
    String, Integer, Size, TimeMs, Header, Variable, Backend, Server, Frontend, Table, UserList, Map, Address, Network, Regex, Enumeration,
}

/// <summary>What an argument list may hold.</summary>
public sealed record ArgumentSpec(ArgumentKind Kind, bool Optional = false);

/// <summary>Name, arguments and type of a sample fetch; the row with its function stands beside the implementation in Proxy/Samples.</summary>
public sealed record FetchSignature(string Name, SampleType Output, SampleSource Source, ImmutableArray<ArgumentSpec> Arguments);

public sealed record ConverterSignature(string Name, SampleType Input, SampleType Output, ImmutableArray<ArgumentSpec> Arguments);

/// <summary>What must be there for a fetch to have a value; decides in which rule sets it may stand.</summary>
[Flags]
public enum SampleSource
{
    /// <summary>Constants, dates, process and proxy state: everywhere.</summary>
    Internal = 0,
    ClientConnection = 1,
    RequestPayload = 2,
    HttpRequest = 4,
    ServerConnection = 8,
    ResponsePayload = 16,
    HttpResponse = 32,
}
