using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Keywords;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Values;

/// <summary>A `bind` or `stats socket` line while it is read: its addresses, then its options from <see cref="BindKeywords"/>.</summary>
internal sealed class BindLine
{
    private readonly string _opening;
    private readonly bool _isStatsSocket;
    private string _addresses = "";
    private int _next;
    private bool _failed;
    private bool _isMasterSocket;
    private bool _isLogForward;
    private bool _isDatagram;
    private string _option = "";

    private BindLine(ParseContext context, bool isStatsSocket, string section)
    {
        Context = context;
        _isStatsSocket = isStatsSocket;
        _opening = section;
    }

    public static BindLine ForSection(ParseContext context, string sectionName) => new(context, isStatsSocket: false, sectionName);

    /// <summary>`bind` and `dgram-bind` of a log-forward section.</summary>
    public static BindLine ForLogForward(ParseContext context, bool isDatagram) =>
        new(context, isStatsSocket: false, "log-forward") { _isLogForward = true, _isDatagram = isDatagram };

    public static BindLine ForStatsSocket(ParseContext context, Statement statement) => new(context, isStatsSocket: true, "");

    /// <summary>The `-S` of a command line.</summary>
    public static BindLine ForMasterSocket(ParseContext context)
    {
        var line = new BindLine(context, isStatsSocket: true, "") { _isMasterSocket = true };
        line.Shared = line.Shared with { Level = CommandLevel.Admin };
        return line;
    }

    public ParseContext Context { get; }

    public List<BindModel> Binds { get; } = [];

    /// <summary>What all addresses of the line share; the options change it.</summary>
    public BindModel Shared { get; set; } = new() { Address = new SocketAddressModel(SocketFamily.IPv4, null, 0), Position = default };

    public bool AsksForTls { get; set; }

    /// <summary>What the TLS options say; it counts only behind `ssl`.</summary>
    public TlsBindModel Tls { get; set; } = new();

    public bool HasSingleAddress => Binds.Count == 1;

    public Statement Statement { get; private set; }

    /// <summary>The word behind the option being read, empty when there is none; taken.</summary>
    public string TakeArgument() => Statement[_next++];

    /// <summary>Reads the addresses at <paramref name="at"/> and all options behind them; false when something was wrong.</summary>
    public bool TryRead(Statement statement, int at)
    {
        Statement = statement;
        _addresses = statement[at];
        Shared = Shared with { Position = statement.Position, Text = _addresses };
        if (!TryAddresses(_addresses)) return false;
        _next = at + 1;
        while (!_failed && statement.Has(_next))
        {
            var name = _option = statement[_next++];
            var row = BindKeywords.Table.Find(name);
            if (row is { Read: not null }) row.Read(this, new Statement([name], statement.Position));
            else if (row is not null || Context.IsKnownToOriginal("bind", name)) Refuse(name);
            else FailUnknown(name);
        }
        if (_failed) return false;
        Finish();
        return true;
    }

    private bool TryAddresses(string list)
    {
        var rules = AddressRules.Port | AddressRules.PortIsMandatory | AddressRules.PortRange | AddressRules.PortIsNotZero | AddressRules.Resolve
            | (_isDatagram ? AddressRules.Datagram | AddressRules.NoStream : AddressRules.Descriptor);
        foreach (var text in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var address = AddressText.TryParse(text, rules, Context.World, out var error);
            if (address is null)
            {
                if (_isMasterSocket) Say(error);
                else if (_isStatsSocket) Context.Alert($"parsing [{Context.Position}] : 'stats socket' : {error}\n");
                else Context.Alert($"'{Statement.Keyword}{(_isLogForward ? $" {text}" : "")}' : {error}");
                return false;
            }
            if (address.IsQuic || address.UnsupportedFamily is not null)
            {
                Context.NotSupported($"the address '{text}'");
                return false;
            }
            for (var port = address.Port; port <= Math.Max(address.Port, address.LastPort); port++)
                Binds.Add(Shared with { Address = address.ToModel(port) });
        }
        return true;
    }

    /// <summary>Says what is wrong with an option, in the words the line's keyword asks for, and ends the line.</summary>
    public void Fail(string text)
    {
        _failed = true;
        if (_isMasterSocket) Say($"'{_addresses} {_option}' : '{text}'");
        else Context.Alert(_isStatsSocket ? $"'stats socket' : '{text}'" : $"'{Statement.Keyword} {_addresses}' in section '{_opening}' : {text}");
    }

    /// <summary>Says so without a place, and then which line it was.</summary>
    public void CannotOpenNamespace(string name)
    {
        Context.Diagnostics.Say(Severity.Alert, SourcePosition.None, $"config : Cannot open namespace '{name}'.");
        Fail("error encountered while processing 'namespace'.");
    }

    /// <summary>On the command line there is no file to point to.</summary>
    private void Say(string text) => Context.Diagnostics.Say(Severity.Alert, SourcePosition.None, text);

    private void Refuse(string option)
    {
        _failed = true;
        if (_isMasterSocket) Say($"'{option}' on the master's socket is not supported yet.");
        else Context.NotSupported(_isStatsSocket ? $"'{option}' on 'stats socket'" : $"'{option}' on 'bind {_addresses}' in section '{_opening}'");
    }

    private void FailUnknown(string option)
    {
        _failed = true;
        var near = Suggestion.Nearest(option, BindKeywords.Table.Names);
        if (_isMasterSocket) Say($"'{_addresses} {option}' : unknown keyword '{option}'.{(near is null ? "" : $" Did you mean '{near}' maybe ?")}");
        else if (_isStatsSocket) Context.Alert($"'stats socket' : unknown keyword '{option}'{(near is null ? "." : $". Did you mean '{near}' maybe ?")}");
        else if (_isDatagram) Context.Alert($"unknown keyword '{option}' in '{_opening}' section{(near is null ? "." : $"; did you mean '{near}' maybe ?")}");
        else
            Context.Alert($"'{Statement.Keyword} {_addresses}' in section '{_opening}': unknown keyword "
                + $"'{option}'{(near is null ? "." : $"; did you mean '{near}' maybe ?")}");
    }

    private void Finish()
    {
        var tls = AsksForTls ? Tls : null;
        for (var i = 0; i < Binds.Count; i++)
        {
            var guid = Shared.Guid is { } prefix ? $"{prefix}-{i}" : null;
            Binds[i] = WithUnixDefaults(Shared with { Address = Binds[i].Address, Tls = tls, Guid = guid });
            if (guid is not null && Context.Draft.Guids.Claim(guid, $"listener {Binds[i].Name ?? Binds[i].Text}") is { } complaint) Fail(complaint);
        }
    }

    /// <summary>`unix-bind`: what the line does not say of a unix socket.</summary>
    private BindModel WithUnixDefaults(BindModel bind)
    {
        if (_isStatsSocket || bind.Address.Family != SocketFamily.Unix) return bind;
        var common = Context.Draft.Global.UnixBind;
        return bind with
        {
            Address = bind.Address with { Path = common.Prefix + bind.Address.Path },
            Mode = bind.Mode != 0 ? bind.Mode : common.Mode,
            UserId = bind.UserId ?? common.UserId,
            GroupId = bind.GroupId ?? common.GroupId,
        };
    }
}
