using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.RuntimeApi;

/// <summary>Reads the weight in `set server weight`: a number from 0 to 256, or a share of the configured weight with `%`.</summary>
public static class WeightText
{
    /// <summary>Highest weight a server can have (configuration.txt 5.2 "weight").</summary>
    public const int MaxWeight = 256;

    /// <returns>Null and the weight, or what is wrong.</returns>
    public static string? Read(string text, Server server, out int weight)
    {
        weight = 0;
        if (text.Length == 0) return "Require <weight> or <weight%>.";
        var isRelative = text.EndsWith('%');
        var number = isRelative ? text.AsSpan(0, text.Length - 1) : text;
        var digits = number.TrimStart('-');
        if (digits.IsEmpty || !char.IsAsciiDigit(digits[0])) return "Empty weight string empty or preceded by garbage";
        if (digits.ContainsAnyExceptInRange('0', '9')) return "Trailing garbage in weight string";
        var isNegative = number.Length > digits.Length;
        var value = digits.Length > 9 ? int.MaxValue : int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
        if (isRelative)
        {
            if (isNegative) return "Relative weight must be positive.";
            weight = (int)Math.Min(MaxWeight, (long)server.InitialWeight * value / 100);
        }
        else if (isNegative || value > MaxWeight) return "Absolute weight can only be between 0 and 256 inclusive.";
        else weight = value;

        return IsStatic(server.Backend.Model) && weight != 0 && weight != server.InitialWeight
            ? "Backend is using a static LB algorithm and only accepts weights '0%' and '100%'."
            : null;
    }

    /// <summary>Algorithms whose order is laid out once: no servers come or go, and no other weights than none and the configured one.</summary>
    public static bool IsStatic(BackendModel backend) => backend.Balance.Algorithm switch
    {
        BalanceAlgorithm.StaticRoundRobin => true,
        BalanceAlgorithm.Source or BalanceAlgorithm.Uri or BalanceAlgorithm.UrlParameter or BalanceAlgorithm.Header or BalanceAlgorithm.Hash
            or BalanceAlgorithm.RdpCookie => backend.HashType.Method == HashMethod.MapBased,
        _ => false,
    };
}
