using Evenkeel.Config.Haproxy.Keywords;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>A `ring` section (configuration.txt 12.5). Its servers are read as those of a backend.</summary>
internal sealed class RingSection : ISection
{
    /// <summary>What the original keeps of a ring for itself, bytes; a line is at most a quarter of a kilobyte shorter than the rest.</summary>
    private const int Overhead = 197;

    private readonly ParseContext _context;
    private readonly ProxySection _servers;
    private readonly string _name;
    private string _description;
    private int _size = RingModel.DefaultSize;
    private int _maxLength = 1_024;
    private LogLineFormat _format = LogLineFormat.Raw;

    public RingSection(ParseContext context, string name)
    {
        _context = context;
        _name = _description = name;
        Position = context.Position;
        _servers = new ProxySection(context, new ProxyDraft { Kind = ProxyKind.Backend, Name = name, Position = context.Position });
    }

    public string PseudoName => _name;

    private Model.SourcePosition Position { get; }

    public void Read(Statement statement)
    {
        switch (statement.Keyword)
        {
            case "size":
                ReadSize(statement, size => _size = Math.Max(size, RingModel.DefaultSize));
                break;
            case "maxlen":
                ReadSize(statement, size => _maxLength = size);
                break;
            case "description":
                if (statement.Has(1)) _description = statement[1];
                else _context.Alert("missing ring description text.");
                break;
            case "format":
                if (LogTargetText.FormatOf(statement[1]) is { } format) _format = format;
                else _context.Alert($"unknown format '{statement[1]}'.");
                break;
            case "server":
                ProxyServers.Server(_servers, statement);
                break;
            case "timeout":
                ReadTimeout(statement);
                break;
            case "backing-file":
                _context.NotSupported("'backing-file' in a 'ring' section");
                break;
            default:
                _context.Alert($"unknown statement '{statement.Keyword}'.");
                break;
        }
    }

    public void Close()
    {
        if (_maxLength > _size - Overhead)
        {
            _context.Diagnostics.Say(Diagnostics.Severity.Warning, Position,
                $"config : ring '{_name}' event max length '{_maxLength}' exceeds max payload size, forced to '{_size - Overhead}'.");
            _maxLength = _size - Overhead;
        }
        var draft = _servers.Draft;
        foreach (var server in draft.Servers)
        {
            if (server.IsDatagram)
                _context.Diagnostics.Say(Diagnostics.Severity.Alert, server.Position,
                    $"config : parsing [{server.Position}] : a datagram address on 'server {_name}/{server.Name}' of a 'ring' is not supported yet.");
        }
        _context.Draft.Rings.Add(new RingModel(_name, _description, _size, _maxLength, _format, [.. draft.Servers], draft.Timeouts, Position));
    }

    private void ReadSize(Statement statement, Action<int> set)
    {
        if (Units.TrySize(statement[1], out var size, out _) == UnitError.None && size is > 0 and <= int.MaxValue) set((int)size);
        else _context.Alert($"invalid size '{statement[1]}' for new sink buffer.");
    }

    /// <summary>As in the original, timeouts a ring has no use for pass unseen.</summary>
    private void ReadTimeout(Statement statement)
    {
        if (statement[1] is not ("connect" or "server")) return;
        if (!statement.Has(2)) _context.Alert($"'timeout {statement[1]}' expects <time> as argument.");
        else if (_context.TryTime(statement[2], 1, out var ms, out var unexpected) == UnitError.None)
            _servers.Draft.Timeouts = statement[1] == "connect"
                ? _servers.Draft.Timeouts with { ConnectMs = ms }
                : _servers.Draft.Timeouts with { ServerMs = ms };
        else _context.AlertTight($"unexpected character '{unexpected}' in argument to <timeout {statement[1]}>.");
    }
}
