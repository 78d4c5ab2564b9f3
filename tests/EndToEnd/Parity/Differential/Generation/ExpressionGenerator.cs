using System.Collections.Immutable;
using Evenkeel.Model.Samples;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

/// <summary>
/// Random sample expressions over the shared vocabulary, mostly well typed. Texts have no blanks, commas or parentheses, so that an expression can stand
/// anywhere in a line without quotes; what is wrong all the same is dropped by the original's own verdict.
/// </summary>
internal sealed class ExpressionGenerator(Vocabulary vocabulary, Chance chance, RuleSetNames names)
{
    private static readonly string[] Favourites =
        ["str", "req.hdr", "hdr", "path", "url", "var", "urlp", "int", "src", "method", "query", "base", "req.cook", "status", "res.hdr", "bool",
            "url_param", "pathq", "req.fhdr", "bin"];

    // What some functions want where others take any text.
    private static readonly Dictionary<string, string[][]> Special = new(StringComparer.Ordinal)
    {
        ["digest"] = [["sha256", "md5", "sha1", "sha512"]],
        ["hmac"] = [["sha256", "md5"], ["c2VjcmV0", "a2V5"]],
        ["sha2"] = [["224", "256", "384", "512"]],
        ["json"] = [["utf8", "utf8s", "utf8p", "utf8ps", "ascii"]],
        ["json_query"] = [["$.id", "$.name", "$.list", "$.deep.er", "$.none"], ["int"]],
        ["url_enc"] = [["query"]],
        ["url_dec"] = [["0", "1"]],
        ["http_date"] = [["0", "100"], ["s", "ms", "us"]],
        ["ltime"] = [["%Y-%m-%d", "%H:%M:%S"], ["0", "3600"]],
        ["utime"] = [["%Y-%m-%dT%H:%M:%SZ", "%a"], ["0", "-60"]],
        ["language"] = [["en;fr;de", "fr"], ["de"]],
        ["be2dec"] = [["-", ".", ":"], ["1", "2", "4"], ["0", "1"]],
        ["le2dec"] = [["-", ".", ":"], ["1", "2", "4"], ["0", "1"]],
        ["be2hex"] = [["-", "", ":"], ["1", "2", "4"], ["0", "1"]],
        ["field"] = [["1", "2", "-1", "3", "9"], [".", "/", "=", "\\,", "-", ":", "ab"], ["1", "2", "0", "-1"]],
        ["word"] = [["1", "2", "-1", "3", "9"], [".", "/", "=", "\\,", "-", ":", "ab"], ["1", "2", "0", "-1"]],
        ["param"] = [["id", "q", "a"], ["&", ";"]],
        ["bytes"] = [["0", "1", "3", "100"], ["0", "1", "5", "100"]],
        ["has_ctl"] = [["0", "1", "0xffffffff", "2048"]],
        ["hex2i"] = [],
        ["bin"] = [["48656c6c6f", "00ff10", "61", "0a0d7f80"]],
        ["int"] = [["0", "1", "42", "-7", "255", "65536", "4294967296", "9223372036854775807", "-9223372036854775808"]],
        ["bool"] = [["0", "1", "true", "false"]],
        ["meth"] = [["GET", "POST", "HEAD", "PATCH"]],
        ["regsub"] = [["[0-9]+", "/", "a", "(.)b", "^", "e$"], ["", "X", "<&>", "\\1", "aa"], ["g", "i", "gi"]],
        ["fix_tag_value"] = [["35", "MsgType", "49"]],
        ["mqtt_field_value"] = [["connect"], ["client_identifier", "username"]],
        ["protobuf"] = [["1", "1.2"], ["int32", "string"]],
        ["ungrpc"] = [["1"], ["int32"]],
        ["query"] = [["with_qm"]],
        ["hdr_names"] = [[":", "-", ""]],
        ["jwt_header_query"] = [["$.alg", "$.typ"], ["int"]],
        ["jwt_payload_query"] = [["$.sub", "$.iat"], ["int"]],
        ["aes_gcm_dec"] = [["128"], ["MTIzNDU2Nzg5MDEy"], ["MTIzNDU2Nzg5MDEyMzQ1Ng=="], ["MTIzNDU2Nzg5MDEyMzQ1Ng=="]],
        ["payload_lv"] = [["0", "1", "3"], ["1", "2", "4"], ["0", "+1", "2"]],
        ["req.payload_lv"] = [["0", "1", "3"], ["1", "2", "4"], ["0", "+1", "2"]],
        ["res.payload_lv"] = [["0", "1", "3"], ["1", "2", "4"], ["0", "+1", "2"]],
        ["url_param"] = [["id", "q", "a", "none"], ["&", ";"]],
        ["jwt_verify"] = [["HS256", "HS512", "none"], ["secret", "none.pem"]],
        ["jwt_verify_cert"] = [["RS256", "ES256"], ["none.pem"]],
        ["distcc_body"] = [["ARGV"], ["1"]],
        ["distcc_param"] = [["ARGC"], ["1"]],
        ["fc_pp_tlv"] = [["0x01"]],
    };

    /// <summary>An expression whose values exist in one of the places.</summary>
    public string Any(SamplePlaces places, int mostConverters = 3) => Typed(places, mostConverters).Text;

    /// <summary>The same with the type of its values.</summary>
    public (string Text, SampleType Type) Typed(SamplePlaces places, int mostConverters)
    {
        var fetch = Fetch(places);
        var text = fetch.Name + Arguments(fetch.Name, fetch.Arguments);
        var type = fetch.Output;
        for (var left = chance.Number(0, mostConverters + 1); left > 0; left--)
        {
            if (Converter(type) is not { } converter) break;
            text += "," + converter.Name + Arguments(converter.Name, converter.Arguments);
            type = converter.Output == SampleType.Any ? type : converter.Output;
        }
        // The original writes bytes into a log line as they are, ours shows what is not printable.
        return type == SampleType.Binary && places == SamplePlaces.Log ? (text + ",hex", SampleType.String) : (text, type);
    }

    private FetchSignature Fetch(SamplePlaces places)
    {
        while (true)
        {
            var fetch = chance.OneIn(2) && vocabulary.Fetches.FirstOrDefault(one => one.Name == chance.Pick(Favourites)) is { } favourite
                ? favourite : chance.Pick(vocabulary.Fetches);
            if ((SampleSources.PlacesOf(fetch.Source) & places) != 0) return fetch;
            // Now and then one out of place: both must refuse it.
            if (chance.OneIn(300)) return fetch;
        }
    }

    private ConverterSignature? Converter(SampleType from)
    {
        for (var i = 0; i < 30; i++)
        {
            var converter = chance.Pick(vocabulary.Converters);
            if (SampleCasts.Allows(from, converter.Input) || chance.OneIn(400)) return converter;
        }
        return null;
    }

    private string Arguments(string name, ImmutableArray<ArgumentSpec> specs)
    {
        if (specs.IsEmpty) return "";
        var values = new List<string>();
        for (var i = 0; i < specs.Length; i++)
        {
            var mayLeaveOut = !vocabulary.NeedsNumbers || specs.Skip(i).All(spec => spec.Kind is not (ArgumentKind.Integer or ArgumentKind.IntegerOrVariable));
            // Without the name of a header, a cookie or a parameter the programs take the first in an order of their own.
            if (i == 0 && NamesItsValue(name)) mayLeaveOut = false;
            if (specs[i].Optional && mayLeaveOut && (chance.OneIn(2) || name.EndsWith("_key", StringComparison.Ordinal))) break;
            if (i > 0 && name.StartsWith("map_", StringComparison.Ordinal) && MapDefault(name) is { } value) values.Add(value);
            else if (name == "set-var" && i > 0) values.Add(chance.Pick("ifexists", "ifempty", "ifnotempty", "ifset", "ifnotset", "ifgt"));
            else values.Add(Special.TryGetValue(name, out var special) && i < special.Length ? chance.Pick(special[i]) : Argument(name, specs[i].Kind));
        }
        return values.Count == 0 ? "" : $"({string.Join(',', values)})";
    }

    private static bool NamesItsValue(string name) => name.Contains("hdr", StringComparison.Ordinal) || name.Contains("cook", StringComparison.Ordinal)
        || name.Contains("url", StringComparison.Ordinal) || name.Contains("param", StringComparison.Ordinal);

    private string? MapDefault(string name) => name switch
    {
        _ when chance.OneIn(20) => null,
        _ when name.EndsWith("_int", StringComparison.Ordinal) && name != "map_int" => chance.Pick("0", "-9", "77"),
        _ when name.EndsWith("_ip", StringComparison.Ordinal) => chance.Pick("192.0.2.9", "::9"),
        _ => null,
    };

    /// <summary>`map_KEYS_VALUES`: both must be what they are said to be.</summary>
    private string MapFor(string name)
    {
        var parts = name.Split('_');
        var (keys, values) = (parts.ElementAtOrDefault(1), parts.ElementAtOrDefault(2) ?? "str");
        return keys switch
        {
            "int" => values == "ip" ? "int-to-ip.map" : "integers.map",
            "ip" => values == "ip" ? "addresses.map" : "from-addresses.map",
            _ => values switch { "int" => "numbers.map", "ip" => "addresses.map", _ => chance.Pick(DifferentialFiles.Maps) },
        };
    }

    private string Argument(string name, ArgumentKind kind) => kind switch
    {
        ArgumentKind.Integer or ArgumentKind.Size or ArgumentKind.TimeMs => chance.Pick("0", "1", "2", "3", "-1", "10", "64", "1000"),
        ArgumentKind.IntegerOrVariable => chance.OneIn(4) ? names.Variable() : chance.Pick("0", "1", "2", "-3", "7", "64", "1000000", "0x10"),
        ArgumentKind.Variable => names.Variable(),
        ArgumentKind.StringOrVariable => chance.OneIn(3) ? names.Variable() : chance.Pick(Words.Texts),
        ArgumentKind.Header => chance.Pick(name.StartsWith("res.", StringComparison.Ordinal) || name.StartsWith("shdr", StringComparison.Ordinal)
            ? Words.ResponseHeaders : Words.Headers),
        ArgumentKind.Backend => RuleSetNames.Backend,
        ArgumentKind.Server => RuleSetNames.Backend + "/s1",
        ArgumentKind.Frontend => RuleSetNames.Frontend,
        ArgumentKind.UserList => "people",
        ArgumentKind.Map => "{n}/" + MapFor(name),
        ArgumentKind.IPv4 => chance.Pick("10.1.2.3", "192.168.7.9", "127.0.0.1"),
        ArgumentKind.IPv6 => chance.Pick("2001:db8::1", "::1", "::ffff:10.1.2.3"),
        ArgumentKind.IPv4Mask => chance.Pick("8", "24", "32", "0", "255.255.0.0"),
        ArgumentKind.IPv6Mask => chance.Pick("64", "128", "0", "ffff::"),
        ArgumentKind.Regex => chance.Pick(Words.Regexes),
        ArgumentKind.Acl => names.Acl(),
        _ => name.Contains("cook", StringComparison.Ordinal) ? chance.Pick(Words.Cookies)
            : name.StartsWith("urlp", StringComparison.Ordinal) || name.Contains("param", StringComparison.Ordinal) ? chance.Pick(Words.Parameters)
            : name.Contains("hdr", StringComparison.Ordinal) ? chance.Pick(name[0] is 's' || name.StartsWith("res", StringComparison.Ordinal)
                ? Words.ResponseHeaders : Words.Headers)
            : chance.Pick(Words.Texts),
    };
}
