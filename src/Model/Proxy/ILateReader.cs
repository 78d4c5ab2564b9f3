using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Model.Proxy;

/// <summary>
/// Reads configuration text that arrives while the program runs (`add server`, `add backend`) with the grammar and the `defaults` of the files it adds to.
/// Implemented by Config. One call at a time.
/// </summary>
public interface ILateReader
{
    /// <summary>The configuration is in force: positions are those of its files, also where it shares models with the one before.</summary>
    void TakeEffect();

    /// <summary>Names of the `defaults` sections, in file order.</summary>
    IReadOnlyList<string> DefaultsNames { get; }

    /// <summary>Options `add server` understands, in the order of the registry.</summary>
    IEnumerable<string> ServerOptions { get; }

    /// <summary>Reads the rest of an `add server BACKEND/NAME` line: address and options.</summary>
    /// <param name="backend">The backend as it is now, with the servers it has at present.</param>
    /// <param name="messages">What the original would say, one message a line; not empty only when something is wrong or noteworthy.</param>
    /// <returns>Null when it cannot be used.</returns>
    ServerModel? ReadServer(BackendModel backend, string name, IReadOnlyList<string> words, out string messages);

    /// <summary>The `guid` of an object that has been removed may be used again.</summary>
    void ReleaseGuid(string guid);

    /// <summary>Reads an expression for `set var`: it may use what needs no stream.</summary>
    /// <returns>Null when it cannot be used; why is in <paramref name="message"/>.</returns>
    SampleExpressionModel? ReadExpression(IReadOnlyList<string> words, out string message);

    /// <summary>As <see cref="ReadExpression"/>, a format.</summary>
    LogFormatModel? ReadFormat(string text, out string message);

    /// <summary>Null when a variable can have this name, else what is wrong with it.</summary>
    string? VariableNameProblem(string name);

    /// <summary>The mode a `defaults` section gives; null when it says none of its own.</summary>
    /// <param name="exists">False when there is no such section.</param>
    ProxyMode? ModeOf(string defaults, out bool exists);

    /// <summary>Makes the backend a `backend NAME from DEFAULTS` section would be.</summary>
    /// <param name="id">Its number, unique among the proxies.</param>
    /// <returns>Null when it cannot be used; why is in <paramref name="messages"/>.</returns>
    BackendModel? ReadBackend(string name, string defaults, ProxyMode mode, int id, out string messages);
}
