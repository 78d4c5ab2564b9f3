using System.Net;
using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>One line of `virtual_ipaddress`, `virtual_ipaddress_excluded` or `static_ipaddress`: an address and its options.</summary>
internal static class AddressLines
{
    /// <param name="isStatic">Static addresses may name a track group.</param>
    /// <returns>Null when the line gives no address; the reason was said.</returns>
    public static VirtualAddressModel? Read(KeywordLine line, bool isStatic)
    {
        string text = line.Words[0];
        if (Parse(line, text) is not { } address) return null;
        var model = address with { };
        string? peer = null;
        for (int i = 1; i < line.Count; i++)
        {
            string option = line.Words[i];
            if (NeedsValue(option, isStatic))
            {
                if (line.WordOrNull(++i) is not { } value)
                {
                    line.Error($"No {option} parameter specified for {text}");
                    return null;
                }
                if (option == "peer") peer = value;
                else if (!WithValue(line, ref model, option, value, text)) return null;
            }
            else
            {
                model = Flag(line, model, option);
            }
        }
        return peer == null ? model : WithPeer(line, model, peer, text);
    }

    private static VirtualAddressModel? Parse(KeywordLine line, string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (text == "default" || Values.Address(slash < 0 ? text : text[..slash]) is not { } address)
        {
            // The prefix length is looked at first.
            if (slash >= 0 && slash < text.Length - 1)
                PrefixLength(line, text[(slash + 1)..], text[..slash].Contains(':', StringComparison.Ordinal) ? 128 : 32, text);
            line.Error($"VRRP parsed invalid IP {text}. skipping IP...");
            return null;
        }
        int longest = Values.IsIPv6(address) ? 128 : 32;
        int length = longest;
        if (slash >= 0 && slash < text.Length - 1) length = PrefixLength(line, text[(slash + 1)..], longest, text);
        return new VirtualAddressModel(address, length, line.Complaints.SourcePosition)
        {
            PreferredLifetimeSeconds = length == 128 ? 0 : null,
        };
    }

    private static int PrefixLength(KeywordLine line, string text, int longest, string whole)
    {
        if (Numbers.TryUnsigned(line.Complaints, text, 0, longest, out long length)) return (int)length;
        line.Error($"Invalid address prefix len {text} for address {whole} - using {longest}");
        return longest;
    }

    private static bool NeedsValue(string option, bool isStatic) =>
        option is "dev" or "scope" or "broadcast" or "brd" or "label" or "peer" or "preferred_lft" || (isStatic && option == "track_group");

    private static VirtualAddressModel Flag(KeywordLine line, VirtualAddressModel model, string option)
    {
        switch (option)
        {
            case "home": return model with { Home = true };
            case "-nodad": return model with { DuplicateAddressDetection = true };
            case "mngtmpaddr": return model with { ManageTemporaryAddresses = true };
            case "noprefixroute": return model with { NoPrefixRoute = true };
            case "autojoin": return model with { AutoJoin = true };
            case "no_track": return model with { NoTrack = true };
            case "use_vmac":
                line.Draft.NotSupported.Add(new Drafts.UnsupportedUse("use_vmac", "virtual MAC addresses are not there yet", line.Complaints.SourcePosition));
                return model;
            default:
                line.Error($"Unknown configuration entry '{option}' for ip address - ignoring");
                return model;
        }
    }

    private static bool WithValue(KeywordLine line, ref VirtualAddressModel model, string option, string value, string text)
    {
        switch (option)
        {
            case "dev":
                if (model.Interface != null)
                {
                    line.Error($"Cannot specify ipaddress device more than once for {text}");
                    return false;
                }
                Values.InterfaceExists(line, value, $"WARNING - interface {value} for ip address {text} doesn't exist");
                model = model with { Interface = value };
                return true;
            case "scope":
                if (Scopes.Parse(value) is { } scope) model = model with { Scope = scope };
                else line.Error($"Invalid scope '{value}' specified for {text} - ignoring");
                return true;
            case "broadcast" or "brd":
                return WithBroadcast(line, ref model, value);
            case "label":
                if (value.Length > Values.MaxInterfaceName)
                {
                    line.Error($"Address label {value} is longer than maximum length {Values.MaxInterfaceName} - removing address");
                    return false;
                }
                model = model with { Label = value };
                return true;
            case "preferred_lft":
                if (value == "forever") model = model with { PreferredLifetimeSeconds = null };
                else if (Numbers.TryUnsigned(line.Complaints, value, 0, uint.MaxValue, out long seconds))
                    model = model with { PreferredLifetimeSeconds = (uint)seconds };
                else line.Error($"preferred_lft {value} is invalid");
                return true;
            default:
                model = model with { TrackGroup = StaticKeywords.TrackGroup(line, value) };
                return true;
        }
    }

    private static bool WithBroadcast(KeywordLine line, ref VirtualAddressModel model, string value)
    {
        if (value is "-" or "+")
        {
            // Host bits all cleared or all set.
            if (model.PrefixLength > 30) line.Error($"Address prefix length {model.PrefixLength} too long for broadcast");
            else if (!Values.IsIPv6(model.Address)) model = model with { Broadcast = HostBits(model.Address, model.PrefixLength, value == "+") };
            return true;
        }
        if (Values.Address(value) is not { } broadcast || Values.IsIPv6(broadcast))
        {
            line.Error($"VRRP is trying to assign invalid broadcast {value}. skipping VIP...");
            return false;
        }
        model = model with { Broadcast = broadcast };
        return true;
    }

    private static IPAddress HostBits(IPAddress address, int prefixLength, bool set)
    {
        uint value = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
        uint mask = prefixLength == 0 ? uint.MaxValue : uint.MaxValue >> prefixLength;
        value = set ? value | mask : value & ~mask;
        var bytes = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return new IPAddress(bytes);
    }

    private static VirtualAddressModel WithPeer(KeywordLine line, VirtualAddressModel model, string peer, string text)
    {
        if (text.Contains('/', StringComparison.Ordinal))
        {
            line.Error("Cannot specify address prefix when specifying peer address - ignoring");
            model = model with { PrefixLength = Values.IsIPv6(model.Address) ? 128 : 32 };
        }
        if (Values.Address(peer) is { } address && address.AddressFamily == model.Address.AddressFamily) return model with { Peer = address };
        line.Error($"VRRP parsed invalid IP {peer}. skipping IP...");
        line.Error($"Invalid peer address {peer}");
        return model;
    }
}
