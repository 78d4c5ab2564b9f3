using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Reuse;

/// <summary>A `frontend`, `backend` or `listen` section that was read, and everything that reading it did: enough to do the same without reading.</summary>
internal sealed class ReadSection(SourceSection place, ProxyDraft draft)
{
    public SourceSection Place { get; } = place;

    public ProxyDraft Draft { get; } = draft;

    /// <summary>The `defaults` it names; empty when it has the last one before it, or none.</summary>
    public string DefaultsName { get; init; } = "";

    /// <summary>The names it uses of other sections.</summary>
    public PendingReference[] References { get; private set; } = [];

    /// <summary>What became of it; null when it has no such half.</summary>
    public FrontendModel? Frontend { get; set; }

    public BackendModel? Backend { get; set; }

    /// <summary>Nothing that another section says can make it wrong.</summary>
    public bool StandsAlone => !Draft.IsFrontend && Draft.Servers.TrueForAll(static server => server.Track is null);

    public void Add(PendingReference[] more)
    {
        if (more.Length > 0) References = [.. References, .. more];
    }
}

/// <summary>Where a section stood in its file.</summary>
/// <param name="Frame">Sections of other kinds that came before it: it was read under what they say.</param>
/// <param name="Section">Null for a section of another kind, and for one that has to be read anew each time.</param>
internal readonly record struct SectionSpan(int Offset, int Length, int Frame, bool IsProxy, ReadSection? Section);
