using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>One step of a probe, ready to run. <see cref="Number"/> counts from 1 as in messages; 0 is a connect nobody wrote.</summary>
internal abstract record CheckStep(int Number, string? Comment);

/// <summary>Opens a connection, closing the one before.</summary>
internal sealed record ConnectStep(int Number, string? Comment, int? Port, SocketAddressModel? Address, bool SendProxy) : CheckStep(Number, Comment);

/// <summary>Sends bytes and forgets what was received so far.</summary>
/// <param name="StateAt">Where `http-check send-state` puts its header, -1 when it does not.</param>
internal sealed record SendStep(int Number, string? Comment, byte[] Bytes, int StateAt = -1) : CheckStep(Number, Comment);

/// <summary>Options all `expect` lines share.</summary>
internal sealed record ExpectOptions(bool Negated, int MinimumBytes, CheckStatus Ok, CheckStatus Error, CheckStatus TimedOut, string? OnSuccess,
    string? OnError);

/// <summary>Waits for bytes that match (`tcp-check expect`).</summary>
/// <param name="Shown">The pattern in messages about what came.</param>
/// <param name="Waiting">The pattern in messages about what did not come.</param>
internal sealed record ExpectBytesStep(int Number, string? Comment, BytePattern Pattern, string Shown, string Waiting, ExpectOptions Options)
    : CheckStep(Number, Comment);

/// <summary>Waits for a response's head and looks at its status.</summary>
internal sealed record ExpectStatusStep(int Number, string? Comment, StatusPattern Pattern, ExpectOptions Options) : CheckStep(Number, Comment);

/// <summary>Waits for a response's body and looks for a pattern.</summary>
internal sealed record ExpectBodyStep(int Number, string? Comment, BytePattern Pattern, ExpectOptions Options) : CheckStep(Number, Comment);
