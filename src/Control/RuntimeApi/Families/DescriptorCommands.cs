using System.Globalization;
using System.Net;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>`show fd` (management.txt 9.3): the open descriptors with what the kernel says of each, so that no worker is asked.</summary>
public static class DescriptorCommands
{
    private const int SO_TYPE = 3, SO_DOMAIN = 39, SOL_SOCKET = 1;

    /// <summary>The kernel gives the lowest free number out: behind so many closed ones none is expected.</summary>
    private const int MostClosed = 4_096;

    /// <summary>Numbers looked at before the loop has its turn again.</summary>
    private const int Stride = 256;

    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForOperators("show fd", "[-!plcfbs]* [num]", "list the open descriptors", ShowDescriptors) with
        {
            Note = "what the kernel knows of each; flags and pointers of the original's engine are left out",
        },
    ];

    private enum Kind { Pipe, Listener, Front, Back, Other }

    private static CommandAnswer ShowDescriptors(CommandContext context)
    {
        var kinds = Enum.GetValues<Kind>().ToHashSet();
        int? only = null;
        foreach (var word in context.Words.Skip(2))
        {
            var number = word[(word.IndexOf('/') + 1)..];
            if ((word.Length > 0 && char.IsAsciiDigit(word[0])) || word.StartsWith('/'))
                only = int.TryParse(number, CultureInfo.InvariantCulture, out var n) ? n : only;
            else if (!Choose(word, kinds, isFirst: kinds.Count == Enum.GetValues<Kind>().Length)) return CommandAnswer.Error("Invalid FD type");
        }
        return CommandAnswer.Dump(only is { } single ? Lines(context, single, single + 1, kinds) : Lines(context, 0, int.MaxValue, kinds));
    }

    /// <summary>Reads letters: the first ones say what is to be seen, those behind `-` or `!` what is not.</summary>
    private static bool Choose(string word, HashSet<Kind> kinds, bool isFirst)
    {
        var isInverted = false;
        foreach (var letter in word)
        {
            if (letter is '-' or '!')
            {
                isInverted = !isInverted;
                continue;
            }
            Kind[]? named = letter switch
            {
                'p' => [Kind.Pipe], 'l' => [Kind.Listener], 'c' => [Kind.Front, Kind.Back], 'f' => [Kind.Front], 'b' or 's' => [Kind.Back], _ => null,
            };
            if (named is null) return false;
            if (isInverted) kinds.ExceptWith(named);
            else
            {
                if (isFirst) kinds.Clear();
                kinds.UnionWith(named);
            }
            isFirst = false;
        }
        return true;
    }

    private static IEnumerable<string> Lines(CommandContext context, int from, int end, HashSet<Kind> kinds)
    {
        var closed = 0;
        for (var descriptor = from; descriptor < end && closed < MostClosed; descriptor++)
        {
            if (!Descriptors.IsOpen(descriptor))
            {
                if (++closed % Stride == 0) yield return "";
                continue;
            }
            closed = 0;
            var kind = KindOf(context, descriptor, out var facts);
            if (kinds.Contains(kind)) yield return string.Create(CultureInfo.InvariantCulture, $"{descriptor,7} : {facts}\n");
        }
    }

    private static Kind KindOf(CommandContext context, int descriptor, out string facts)
    {
        var socket = new SocketHandle(descriptor);
        if (socket.GetOption(SOL_SOCKET, SO_DOMAIN) is not { IsOk: true, Value: var domain })
        {
            var isPipe = FileStatus.Of(descriptor, out var status).IsOk && status.IsPipe;
            facts = isPipe ? "pipe" : status.IsRegular ? "file" : status.IsCharacterDevice ? "device" : "poller";
            return isPipe ? Kind.Pipe : Kind.Other;
        }
        var family = domain switch
        {
            KernelSocketAddress.AF_INET => "ipv4", KernelSocketAddress.AF_INET6 => "ipv6", KernelSocketAddress.AF_UNIX => "unix", _ => "?",
        };
        _ = socket.LocalAddress(out var local);
        var listening = FrontendAt(context, local);
        if (socket.IsListening)
        {
            facts = $"listener fam={family}{Port(" lport=", local)} fe={Hidden(context, listening ?? "GLOBAL")}";
            return Kind.Listener;
        }
        var isStream = socket.GetOption(SOL_SOCKET, SO_TYPE) is { IsOk: true, Value: (int)SocketKind.Stream };
        if (!isStream || socket.PeerAddress(out var peer).IsError)
        {
            facts = $"socket fam={family}{Port(" lport=", local)} type={(isStream ? "stream" : "datagram")}";
            return Kind.Other;
        }
        var isFront = listening is not null || domain == KernelSocketAddress.AF_UNIX && local.UnixName.Length > 0;
        var place = isFront ? $" fe={Hidden(context, listening ?? "GLOBAL")}" : ServerAt(context, peer);
        facts = $"connection back={(isFront ? 0 : 1)} fam={family}{Port(" lport=", local)}{Port(" rport=", peer)}{place}";
        return isFront ? Kind.Front : Kind.Back;
    }

    private static string Port(string label, in KernelSocketAddress address) =>
        address.Port == 0 ? "" : label + address.Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>The frontend that listens there: what it accepted has its address too.</summary>
    private static string? FrontendAt(CommandContext context, in KernelSocketAddress local)
    {
        foreach (var frontend in context.Plane.Proxies.Frontends)
        {
            foreach (var bind in frontend.Binds)
            {
                if (IsAt(bind.Model.Address, local)) return frontend.Name;
            }
        }
        return null;
    }

    private static string ServerAt(CommandContext context, in KernelSocketAddress peer)
    {
        foreach (var backend in context.Plane.Proxies.Backends)
        {
            foreach (var server in backend.Servers)
            {
                if (server.Address is { } address && IsAt(address, peer))
                    return $" sv={Hidden(context, backend.Name)}/{Hidden(context, server.Name)}";
            }
        }
        return "";
    }

    private static bool IsAt(SocketAddressModel place, in KernelSocketAddress found)
    {
        if (place.Address is null)
            return found.UnixName is { Length: > 0 } name && name == (place.Family == SocketFamily.AbstractUnix ? "\0" : "") + place.Path;
        if (found.Port == 0 || found.Port != place.Port) return false;
        if (place.IsAny) return true;
        var address = new IPAddress(found.AddressBytes);
        return place.Address.Equals(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
    }

    private static string Hidden(CommandContext context, string name) => context.Session.Anonymizer.Name(name);
}
