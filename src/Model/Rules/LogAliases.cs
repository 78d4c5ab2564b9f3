using System.Collections.Frozen;

namespace Evenkeel.Model.Rules;

/// <summary>Names of the log-format aliases `%NAME` (configuration.txt 8.2.6).</summary>
public static class LogAliases
{
    private static readonly FrozenSet<string> Names = new[]
    {
        "o", "T", "Tl", "Ts", "t", "ms", "tr", "trg", "trl", "Ta", "Tc", "Td", "Th", "Ti", "Tq", "TR", "Tr", "Tt", "Tu", "Tw", "B", "CC", "CS", "H", "HM", "HP",
        "HPO", "HQ", "HU", "HV", "ID", "ST", "U", "ac", "b", "bc", "bi", "bp", "bq", "ci", "cp", "f", "fc", "fi", "fp", "ft", "lc", "hr", "hrl", "hs", "hsl",
        "OG", "pid", "r", "rc", "rt", "s", "sc", "si", "sp", "sq", "sslc", "sslv", "ts", "tsc",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool Contains(string name) => Names.Contains(name);

    public static IEnumerable<string> All => Names;
}

/// <summary>The default formats as log-format texts (configuration.txt 8.2.1-8.2.5).</summary>
public static class DefaultLogFormats
{
    public const string Tcp = "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq";

    public const string TcpClf = "%{+Q}o %{-Q}ci - - [%T] \"TCP \" 000 %B \"\" \"\" %cp %ms %ft %b %s " +
        "%Th %Tw %Tc %Tt %U %ts-- %ac %fc %bc %sc %rc %sq %bq \"\" \"\" ";

    public const string Http = "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r";

    public const string HttpClf = "%{+Q}o %{-Q}ci - - [%trg] %r %ST %B \"\" \"\" %cp %ms %ft %b %s " +
        "%TR %Tw %Tc %Tr %Ta %tsc %ac %fc %bc %sc %rc %sq %bq %CC %CS %hrl %hsl";

    public const string Https = Http + " %[fc_err]/%[ssl_fc_err,hex]/%[ssl_c_err]/%[ssl_c_ca_err]/%[ssl_fc_is_resumed] %[ssl_fc_sni]/%sslv/%sslc";
}
