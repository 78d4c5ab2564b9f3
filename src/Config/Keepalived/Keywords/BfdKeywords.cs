using System.Net;
using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Config.Keepalived.Language;
using Evenkeel.Model.Vrrp;
using static Evenkeel.Config.Keepalived.Blocks.Keyword;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>`bfd_instance`.</summary>
internal static class BfdKeywords
{
    public static Block Build() => new("bfd_instance", ParsePass.Bfd,
    [
        Works("neighbor_ip", Neighbour),
        Works("neighbour_ip", Neighbour),
        Works("source_ip", line =>
        {
            string text = line.Word(1);
            if (Values.Address(text) is { } address) Change(line, b => b with { Source = address });
            else line.Error($"{Instance(line)} has malformed source address {text}, ignoring");
        }),
        Works("min_rx", line => Interval(line, 1_000, us => Change(line, b => b with { MinimumReceiveUs = us }))),
        Works("min_tx", line => Interval(line, 1_000, us => Change(line, b => b with { MinimumTransmitUs = us }))),
        Works("idle_tx", line => Interval(line, 1_000_000, us => Change(line, b => b with { IdleTransmitUs = us }))),
        Works("multiplier", line =>
        {
            string text = line.Word(1);
            if (Values.Unsigned(line, text, 1, 255, $"{Instance(line)} multiplier value {text} not valid (must be in range [1-255]), ignoring") is { } value)
                Change(line, b => b with { Multiplier = (int)value });
        }),
        Works("passive", line => Change(line, b => b with { Passive = true })),
        Works("ttl", TimeToLive),
        Works("hoplimit", TimeToLive),
        Works("max_hops", line =>
        {
            string text = line.Word(1);
            if (Values.Signed(line, text, -1, 255, $"{Instance(line)} max_hops value {text} not valid (must be in range [-1-255]), ignoring") is { } hops)
                Change(line, b => b with { MaximumHops = hops is < 0 or 255 ? null : (int)hops });
        }),
        Works("multihop", line =>
        {
            if (Values.OptionalBool(line, value => $"{Instance(line)} multihop setting not valid - {value}") is { } on)
                Change(line, b => b with { MultiHop = on });
        }),
        Works("weight", Weight),
        Works("vrrp", line => Change(line, b => b with { ForVrrp = true, ForCheckers = false })),
        NotYet("checker", "there are no checkers yet", line => Change(line, b => b with { ForCheckers = true,
            ForVrrp = line.Draft.Bfd!.Model is { ForVrrp: true, ForCheckers: false } })),
    ])
    {
        End = End,
    };

    public static bool Begin(KeywordLine line)
    {
        string name = line.Word(1);
        if (line.Complaints.Fatal) return false;
        if (line.Draft.BfdInstances.Exists(b => b.Model.Name == name))
        {
            line.Error($"BFD {name} already specified");
            line.Error($"Configuration error: BFD instance {name} already configured - ignoring");
            return false;
        }
        line.Draft.Bfd = new BfdDraft(name, line.Complaints.SourcePosition);
        return true;
    }

    private static string Instance(KeywordLine line) => $"Configuration error: BFD instance {line.Draft.Bfd!.Model.Name}";

    private static void Change(KeywordLine line, Func<BfdInstanceModel, BfdInstanceModel> change) => line.Draft.Bfd!.Model = change(line.Draft.Bfd.Model);

    private static void Neighbour(KeywordLine line)
    {
        string text = line.Word(1);
        var draft = line.Draft.Bfd!;
        if (Values.Address(text) is not { } address)
        {
            draft.Invalid = true;
            line.Error($"{Instance(line)} has malformed neighbor address {text}, ignoring instance");
        }
        else
        {
            draft.HasNeighbour = true;
            Change(line, b => b with { Neighbour = address });
        }
    }

    private static void Interval(KeywordLine line, long minimumUs, Action<long> set)
    {
        string text = line.Word(1);
        if (line.Complaints.Fatal) return;
        if (Numbers.TryDecimal(line.Complaints, text, minimumUs, 4_294_967_000, 3, out long us)) set(us);
        else line.Error($"{Instance(line)} {line.Keyword} value {text} is not valid (must be in range [{minimumUs / 1_000}-4294967]), ignoring");
    }

    private static void TimeToLive(KeywordLine line)
    {
        string text = line.Word(1);
        if (Values.Unsigned(line, text, 1, 255, $"{Instance(line)} ttl/hoplimit value {text} not valid (must be in range [1-255]), ignoring") is { } ttl)
            Change(line, b => b with { TimeToLive = (int)ttl });
    }

    private static void Weight(KeywordLine line)
    {
        string text = line.Word(1);
        if (Values.Signed(line, text, -253, 253, $"{Instance(line)} weight value {text} not valid (must be in range [-253-253]), ignoring") is { } weight)
            Change(line, b => b with { Weight = (int)weight });
        if (line.WordOrNull(2) is not { } option) return;
        if (option == "reverse") Change(line, b => b with { Reverse = true });
        else line.Error($"{Instance(line)} unknown weight option {option}");
    }

    private static void End(KeywordLine line)
    {
        var draft = line.Draft.Bfd!;
        if (draft.Invalid) return;
        if (!draft.HasNeighbour)
        {
            line.Error($"{Instance(line)} has no neighbor address set, disabling instance");
            return;
        }
        var model = draft.Model;
        if (line.Draft.BfdInstances.Exists(b => b.Model.Neighbour.Equals(model.Neighbour)))
        {
            line.Error($"{Instance(line)} has duplicate neighbor address {model.Neighbour}, ignoring instance");
            return;
        }
        if (model.Source is { } source && source.AddressFamily != model.Neighbour.AddressFamily)
        {
            line.Error($"{Instance(line)} source address {source} and neighbor address {model.Neighbour} are not of the same family, disabling instance");
            return;
        }
        int ttl = model.TimeToLive ?? (Values.IsIPv6(model.Neighbour) ? 64 : 255);
        if (model.MaximumHops > ttl || (model.MaximumHops == null && model.TimeToLive != null))
            line.Error($"BFD instance {model.Name}: max_hops exceeds ttl/hoplimit - setting to ttl/hoplimit");
        line.Draft.BfdInstances.Add(draft);
    }
}
