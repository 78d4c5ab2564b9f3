using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Samples;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>One step of a probe, ready to run. <see cref="Number"/> counts from 1 as in messages; 0 is a step nobody wrote.</summary>
internal abstract record CheckStep(int Number, string? Comment);

/// <summary>Opens a connection, closing the one before.</summary>
internal sealed record ConnectStep(CheckConnectModel Model, BoundExpression? Port) : CheckStep(Model.Number, Model.Comment);

/// <summary>Sends bytes and forgets what was received so far.</summary>
internal sealed record SendBytesStep(int Number, string? Comment, byte[] Bytes) : CheckStep(Number, Comment);

internal sealed record SendFormatStep(int Number, string? Comment, BoundLogFormat Format, bool IsHexadecimal) : CheckStep(Number, Comment);

internal sealed record SendHttpStep(int Number, string? Comment, CheckRequest Request) : CheckStep(Number, Comment);

/// <summary>Without a value it unsets.</summary>
internal sealed record VariableStep(int Number, VariableId Id, VariableConditions Conditions, BoundExpression? Expression, BoundLogFormat? Format)
    : CheckStep(Number, null);

/// <summary>Options all `expect` lines share.</summary>
/// <param name="MinimumBytes">-1 waits for as long as nothing matches.</param>
internal sealed record ExpectOptions(bool Negated, int MinimumBytes, CheckStatus Ok, CheckStatus Error, CheckStatus TimedOut, BoundLogFormat? OnSuccess,
    BoundLogFormat? OnError, BoundExpression? StatusCode);

internal abstract record ExpectStep(int Number, string? Comment, ExpectOptions Options) : CheckStep(Number, Comment);

/// <summary>Waits for bytes that match: of the answer as it came, or of an HTTP answer's body.</summary>
/// <param name="Pattern">Null for a format, which makes the pattern anew each time.</param>
/// <param name="Shown">The pattern in messages about what came.</param>
/// <param name="Waiting">The pattern in messages about what did not come.</param>
internal sealed record ExpectBytesStep(int Number, string? Comment, ExpectOptions Options, BytePattern? Pattern, BoundLogFormat? Format, bool IsHexadecimal,
    string Shown, string Waiting) : ExpectStep(Number, Comment, Options);

/// <summary>Waits for a response's head and looks at its status.</summary>
internal sealed record ExpectStatusStep(int Number, string? Comment, ExpectOptions Options, StatusPattern Pattern) : ExpectStep(Number, Comment, Options);

/// <summary>Waits for a response's head and looks for a header.</summary>
/// <param name="IsFull">The whole value is compared, not its parts between commas.</param>
internal sealed record ExpectHeaderStep(int Number, string? Comment, ExpectOptions Options, TextPattern Name, TextPattern? Value, bool IsFull)
    : ExpectStep(Number, Comment, Options);

/// <summary>Waits for an answer whose form is known here.</summary>
internal sealed record ExpectAnswerStep(int Number, string? Comment, ExpectOptions Options, AnswerReader Reader) : ExpectStep(Number, Comment, Options);
