using Evenkeel.Linux.Pcre;

namespace Evenkeel.Proxy.Samples;

/// <summary>
/// What an expression may look at while it is evaluated. One for each worker, pointed at a stream for as long as its rules run.
/// </summary>
public sealed partial class SampleContext
{
    /// <param name="scratchBytes">Room for intermediate values; the original has three buffers of `tune.bufsize`.</param>
    public SampleContext(int scratchBytes = 65_536) => Scratch = new ScratchArena(scratchBytes);

    public ScratchArena Scratch { get; }

    public PcreMatch Match { get; } = new();

    /// <summary>The loop's clock, milliseconds.</summary>
    public long NowMs { get; set; }

    /// <summary>Wall clock of this turn, nanoseconds since 1970-01-01 UTC.</summary>
    public long RealtimeNs { get; set; }

    /// <summary>Which value of a fetch with several (headers, cookies) is wanted next; ACLs look at all of them.</summary>
    internal int Occurrence { get; set; }

    /// <summary>Set by a fetch that has a further value behind the one it gave.</summary>
    internal bool HasMoreOccurrences { get; set; }

    /// <summary>No more data will come, so that a fetch without a value has none for good.</summary>
    public bool IsFinal { get; set; } = true;

    /// <summary>Set by a fetch whose value may still come with more data; the rule set then waits unless <see cref="IsFinal"/>.</summary>
    public bool MayChange { get; set; }
}
