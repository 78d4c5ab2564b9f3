using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Keywords;

using Row = Keyword<ServerLine>;

/// <summary>The options of `server` lines that send a PROXY header (configuration.txt 5.2 "send-proxy").</summary>
internal static class ProxyHeaderKeywords
{
    public static Row[] Rows =>
    [
        Does("check-send-proxy", (line, _) => line.Model = line.Model with { CheckSendProxy = true }),
        Does("no-check-send-proxy", (line, _) => line.Model = line.Model with { CheckSendProxy = false }),
        Does("send-proxy", (line, _) => Change(line, header => header with { Version = 1 })),
        Does("no-send-proxy", (line, _) => Change(line, header => header with { Version = header.Version == 1 ? 0 : header.Version })),
        Does("send-proxy-v2", (line, _) => Change(line, header => header with { Version = 2 })),
        Does("no-send-proxy-v2", (line, _) => Change(line, header => header with { Version = header.Version == 2 ? 0 : header.Version })),
        Does("proxy-v2-options", (line, _) => Options(line)),
        Does("set-proxy-v2-tlv-fmt", Tlv),
    ];

    private static Row Does(string name, Action<ServerLine, Statement> read) => new(name, KeywordSupport.Implemented, read);

    private static void Change(ServerLine line, Func<ProxyHeaderModel, ProxyHeaderModel> change) =>
        line.Model = line.Model with { ProxyHeader = change(line.Model.ProxyHeader ?? new ProxyHeaderModel()) };

    private static void Options(ServerLine line)
    {
        foreach (var word in line.TakeArgument().Split(','))
        {
            Func<ProxyHeaderModel, ProxyHeaderModel>? change = word switch
            {
                "ssl" => header => header with { Ssl = true },
                "cert-cn" => header => header with { Ssl = true, CertificateName = true },
                "ssl-cipher" => header => header with { Ssl = true, Cipher = true },
                "cert-sig" => header => header with { Ssl = true, SignatureAlgorithm = true },
                "cert-key" => header => header with { Ssl = true, KeyAlgorithm = true },
                "authority" => header => header with { Authority = true },
                "crc32c" => header => header with { Checksum = true },
                "unique-id" => header => header with { UniqueId = true },
                _ => null,
            };
            if (change is null)
            {
                line.Fail($"'{word}' : proxy v2 option not implemented.");
                return;
            }
            Change(line, change);
        }
    }

    private static void Tlv(ServerLine line, Statement option)
    {
        var name = option.Keyword;
        var open = name.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || !name.EndsWith(')'))
        {
            // The original takes the bare word and its format, and does nothing with them.
            if (open < 0) line.TakeArgument();
            else if (open == name.Length - 1) line.Fail($"'{name}' : could not convert TLV ID.");
            else line.Fail($"'{name}' : expects set-proxy-v2-tlv(<TLV ID>).");
            return;
        }
        if (!TryType(name[(open + 1)..^1], out var type))
        {
            line.Fail($"'{name}' : could not convert TLV ID.");
            return;
        }
        if (type > 255)
        {
            line.Fail($"'{name}' : the maximum allowed TLV ID is 255.");
            return;
        }
        var text = line.TakeArgument();
        if (text.Length == 0) return;
        if (LogFormatParser.TryParse(text, line.Scope(), LogFormatUse.Http, SamplePlaces.BackendHttpRequest, out var error) is not { } format)
            line.Fail(error);
        else Change(line, header => header with { Tlvs = header.Tlvs.Add(new ProxyTlvModel((byte)type, format)) });
    }

    private static bool TryType(string text, out long type)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return long.TryParse(text.AsSpan(2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out type);
        return long.TryParse(text, System.Globalization.NumberStyles.None, null, out type);
    }
}
