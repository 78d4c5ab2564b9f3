using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Proxy.Servers;

/// <summary>What traffic showed of a server.</summary>
public enum TrafficSign : byte { Connected, ConnectFailed, GoodStatus, BadStatus, InvalidResponse, ReadFailed, ReadTimedOut }

/// <remarks>`observe`, `error-limit`, `on-error`: traffic that fails makes a checked server suspect (configuration.txt 5.2).</remarks>
public sealed partial class Server
{
    private int _errorsInARow;

    /// <summary>Takes note, when the server is observed. Any worker; costs one comparison when it is not.</summary>
    public void Observe(TrafficSign sign, long nowMs)
    {
        if (Model.Observe != ObserveMode.None) Consider(sign, nowMs);
    }

    /// <summary>A status that speaks for a server: 100 to 499, 501 and 505.</summary>
    internal static TrafficSign SignOf(int status) => status is (>= 100 and < 500) or 501 or 505 ? TrafficSign.GoodStatus : TrafficSign.BadStatus;

    private void Consider(TrafficSign sign, long nowMs)
    {
        var isLayer4 = sign is TrafficSign.Connected or TrafficSign.ConnectFailed;
        if (sign == TrafficSign.GoodStatus || (sign == TrafficSign.Connected && Model.Observe == ObserveMode.Layer4))
        {
            if (Volatile.Read(ref _errorsInARow) != 0) Interlocked.Exchange(ref _errorsInARow, 0);
            return;
        }
        if (sign == TrafficSign.Connected || (!isLayer4 && Model.Observe == ObserveMode.Layer4) || !Health.IsEnabled) return;
        if (Interlocked.Increment(ref _errorsInARow) < Model.ErrorLimit) return;
        Interlocked.Exchange(ref _errorsInARow, 0);
        HealthRules.React(this, $"Detected {Model.ErrorLimit} consecutive errors, last one was: {TextOf(sign)}", nowMs);
    }

    private static string TextOf(TrafficSign sign) => sign switch
    {
        TrafficSign.ConnectFailed => "L4 unsuccessful connection",
        TrafficSign.BadStatus => "Wrong http response",
        TrafficSign.InvalidResponse => "Invalid http response (headers)",
        TrafficSign.ReadTimedOut => "Read timeout (http)",
        _ => "Read error (http)",
    };
}
