using System.Globalization;
using System.Text;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Addresses;
using Evenkeel.Vrrp.Bfd;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Worker;

namespace Evenkeel.Vrrp.Dumps;

/// <summary>What the dump files are made from, at one moment. Read on the worker's thread.</summary>
internal sealed record DumpSource
{
    public required KeepalivedModel Model { get; init; }
    public required IReadOnlyList<RouterHost> Hosts { get; init; }
    public required IReadOnlyCollection<(SyncGroup Group, SyncGroupModel Model)> Groups { get; init; }
    public required InterfaceTable Interfaces { get; init; }
    public required BfdSessions Bfd { get; init; }
    public required long NowUs { get; init; }

    /// <summary>The same moment as microseconds since 1970.</summary>
    public required long UnixNowUs { get; init; }

    public long ToUnixUs(long us) => UnixNowUs - NowUs + us;

    /// <summary>`1795425303.495919`</summary>
    public string Epoch(long us)
    {
        var unix = ToUnixUs(us);
        return string.Create(CultureInfo.InvariantCulture, $"{unix / 1_000_000}.{unix % 1_000_000:D6}");
    }

    /// <summary>`1795425303.495919 (Mon Nov 23 09:15:03.495919 2026)`</summary>
    public string Moment(long us)
    {
        var unix = ToUnixUs(us);
        var time = DateTimeOffset.FromUnixTimeMilliseconds(unix / 1_000).ToLocalTime();
        return string.Create(CultureInfo.InvariantCulture, $"{Epoch(us)} ({time:ddd MMM} {time.Day,2} {time:HH:mm:ss}.{unix % 1_000_000:D6} {time.Year})");
    }
}

/// <summary>Lines of a dump: one blank for every level, and `name = value`.</summary>
internal sealed class DumpText
{
    private readonly StringBuilder _text = new();

    public void Title(string name) => _text.Append("------< ").Append(name).Append(" >------\n");

    public void Line(int level, string line) => _text.Append(' ', level).Append(line).Append('\n');

    public void Say(int level, string name, string value) => Line(level, $"{name} = {value}");

    public void Say(int level, string name, long value) => Line(level, string.Create(CultureInfo.InvariantCulture, $"{name} = {value}"));

    public void Say(int level, string name, bool value) => Say(level, name, value ? "true" : "false");

    public override string ToString() => _text.ToString();
}
