namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>All converters that exist: one list from the families beside this file.</summary>
public static class ConverterTable
{
    public static IReadOnlyList<ConverterRow> Rows { get; } =
    [
        .. ArithmeticConverters.Rows,
        .. TextConverters.Rows,
        .. CutConverters.Rows,
        .. JoinConverters.Rows,
        .. UrlConverters.Rows,
        .. EncodingConverters.Rows,
        .. HashConverters.Rows,
        .. DigestConverters.Rows,
        .. TimeConverters.Rows,
        .. AddressConverters.Rows,
        .. RegexConverters.Rows,
        .. JsonConverters.Rows,
        .. VariableConverters.Rows,
        .. MapConverters.Rows,
        .. JsonQueryConverters.Rows,
        .. JwtConverters.Rows,
        .. JweConverters.Rows,
        .. AesConverters.Rows,
        .. ProtobufConverters.Rows,
        .. FixConverters.Rows,
        .. MqttConverters.Rows,
        .. ForwardedConverters.Rows,
        .. PacketConverters.Rows,
        .. TcpConverters.Rows,
        .. LanguageConverters.Rows,
        .. ConditionConverters.Rows,
        .. ProxyConverters.Rows,
        .. CertificateConverters.Rows,
    ];
}
