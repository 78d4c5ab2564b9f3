using Evenkeel.Config.Keepalived.Language;

namespace Evenkeel.Config.Keepalived.Blocks;

/// <summary>What becomes of a keyword once it is understood.</summary>
internal enum KeywordSupport
{
    /// <summary>It does what keepalived.conf(5) says.</summary>
    Works,

    /// <summary>Understood, checked, and without effect for the reason given: there is nothing to do here, or the work is done another way.</summary>
    NoEffect,

    /// <summary>Understood and checked as the original does; a start that needs it says so, and what it would do is not done.</summary>
    NotYet,
}

/// <summary>One keyword of one block: the row from which the parser, docs/compat/keepalived.md and the completeness test come.</summary>
/// <param name="Name">As the operator writes it.</param>
/// <param name="Note">Why it has no effect, or what is missing; empty for one that works.</param>
/// <param name="Read">Called with the keyword's line; for a keyword with a block of its own before that block is read. False: the block is skipped
/// unread.</param>
internal sealed record Keyword(string Name, KeywordSupport Support, string Note, Func<KeywordLine, bool> Read)
{
    /// <summary>The block that follows the line, or null.</summary>
    public Block? Block { get; init; }

    public static Keyword Works(string name, Action<KeywordLine> read) => new(name, KeywordSupport.Works, "", Always(read));

    public static Keyword NoEffect(string name, string why, Action<KeywordLine> read) => new(name, KeywordSupport.NoEffect, why, Always(read));

    public static Keyword NotYet(string name, string what, Action<KeywordLine> read) => new(name, KeywordSupport.NotYet, what, line =>
    {
        line.Draft.NotSupported.Add(new Drafts.UnsupportedUse(name, what, line.Complaints.SourcePosition));
        read(line);
        return true;
    });

    /// <summary>A keyword that opens a block; <paramref name="begin"/> answers false to have it skipped.</summary>
    public static Keyword Opens(string name, Block block, Func<KeywordLine, bool> begin) => new(name, KeywordSupport.Works, "", begin) { Block = block };

    private static Func<KeywordLine, bool> Always(Action<KeywordLine> read) => line =>
    {
        read(line);
        return true;
    };
}
