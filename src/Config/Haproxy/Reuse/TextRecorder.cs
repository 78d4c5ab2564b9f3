using Evenkeel.Config.Haproxy.Sections;
using Evenkeel.Model;

namespace Evenkeel.Config.Haproxy.Reuse;

/// <summary>Takes down where the sections of a file stand and what reading each of them did.</summary>
internal sealed class TextRecorder
{
    private readonly ParseContext _context;
    private readonly ReadFile _file;
    private OpenSection? _open;

    private const int Spare = 16;

    /// <param name="frame">Sections other than proxies in the files before this one.</param>
    public TextRecorder(ParseContext context, string path, byte[] bytes, int frame)
    {
        (_context, Frame) = (context, frame);
        _file = new ReadFile(path, bytes) { Preamble = bytes.Length };
        // Room for a few more sections than before: a copy of the list would be the largest thing a small reload makes.
        if (context.Before?.Files.Find(file => file.Path == path) is { } before) _file.Sections.Capacity = before.Sections.Count + Spare;
        context.Text.Files.Add(_file);
    }

    /// <summary>Sections other than proxies so far.</summary>
    public int Frame { get; private set; }

    /// <summary>A section is about to be opened; the one before it has ended.</summary>
    public void Begin(SourceSection place, Statement statement, int offset)
    {
        var isProxy = SectionReuse.IsProxy(statement.Keyword);
        _open = new OpenSection(place, offset, Frame, isProxy)
        {
            SpeaksForOthers = !isProxy && statement.Keyword != "global",
            DefaultsName = statement[2] == "from" ? statement[3] : "",
            Asked = _context.Files.Asked,
            Guids = _context.Draft.Guids.Count,
            Rings = _context.Draft.Rings.Count,
            References = _context.References.Counts,
        };
        _context.Files.BeginAnswers();
        if (!isProxy) Frame++;
    }

    public void Opened(ISection section)
    {
        if (_open is { IsProxy: true } open) open.Draft = (section as ProxySection)?.Draft;
    }

    /// <summary>A section was passed by.</summary>
    public void Keep(in SectionSpan known, int offset, int line)
    {
        End(offset);
        _file.Sections.Add(known with { Offset = offset, Frame = Frame });
        _context.Text.Move(known.Section!.Place, line);
    }

    /// <summary>The section that is open ends before <paramref name="offset"/>.</summary>
    public void End(int offset)
    {
        if (_file.Sections.Count == 0 && _open is null) _file.Preamble = Math.Min(_file.Preamble, offset);
        if (_open is not { } open) return;
        _open = null;
        // What it asked may get another answer tomorrow, and it speaks for sections that would not notice.
        if (open.SpeaksForOthers) _file.Answers.Add(_context.Files.Answers);
        var references = _context.References.Since(open.References);
        var section = IsPlain(open) && references is not null ? new ReadSection(open.Place, open.Draft!) { DefaultsName = open.DefaultsName } : null;
        section?.Add(references!);
        if (open.Draft is { } draft) draft.Known = section;
        _file.Sections.Add(new SectionSpan(open.Offset, offset - open.Offset, open.Frame, open.IsProxy, section));
    }

    /// <summary>Reading it again would do what reading it did.</summary>
    private bool IsPlain(OpenSection open) => open.Draft is { } draft && _context.Files.Asked == open.Asked && _context.Draft.Guids.Count == open.Guids
        && _context.Draft.Rings.Count == open.Rings && draft.StateSource is null or ServerStateSource.None
        && draft.Servers.TrueForAll(static server => server.HostName is null);

    private sealed class OpenSection(SourceSection place, int offset, int frame, bool isProxy)
    {
        public SourceSection Place { get; } = place;

        public int Offset { get; } = offset;

        public int Frame { get; } = frame;

        public bool IsProxy { get; } = isProxy;

        public ProxyDraft? Draft { get; set; }

        public required bool SpeaksForOthers { get; init; }

        public required string DefaultsName { get; init; }

        public required int Asked { get; init; }

        public required int Guids { get; init; }

        public required int Rings { get; init; }

        public required (int Items, int Others) References { get; init; }
    }
}
