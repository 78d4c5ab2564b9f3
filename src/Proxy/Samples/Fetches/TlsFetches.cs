using Evenkeel.Linux.Tls;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>What TLS says about the client's and the server's connection (configuration.txt 7.3.4); no value on a plain one.</summary>
internal static class TlsFetches
{
    private delegate ReadOnlySpan<byte> TextOf(TlsChannel channel);

    public static readonly FetchRow[] Rows =
    [
        Fetch.Boolean("ssl_fc", SampleSource.ClientAddress, context => Client(context) is not null),
        Fetch.Boolean("ssl_bc", SampleSource.ServerAddress, context => Server(context) is not null),
        .. Side("ssl_fc", SampleSource.ClientAddress, Client),
        .. Side("ssl_bc", SampleSource.ServerAddress, Server),
        Text("ssl_fc_sni", SampleSource.ClientAddress, Client, channel => channel.ServerName),
        Fetch.Boolean("ssl_fc_has_sni", SampleSource.ClientAddress, context => Client(context) is { ServerName.IsEmpty: false }),
        Fetch.Boolean("ssl_fc_has_crt", SampleSource.ClientAddress, context => Client(context) is { HasPeerCertificate: true }),
        Fetch.Boolean("ssl_c_used", SampleSource.ClientAddress, context => Client(context) is { HasPeerCertificate: true }),
        Fetch.Integer("ssl_c_verify", SampleSource.ClientAddress, context => Client(context)?.VerifyResult),
        Fetch.Integer("ssl_s_verify", SampleSource.ServerAddress, context => Server(context)?.VerifyResult),
        Fetch.Integer("ssl_c_err", SampleSource.ClientAddress, context => Client(context) is null ? null : 0),
        Fetch.Integer("ssl_c_ca_err", SampleSource.ClientAddress, context => Client(context) is null ? null : 0),
        Fetch.Integer("ssl_fc_err", SampleSource.ClientAddress, context => Client(context) is null ? null : 0),
        Fetch.Text("ssl_fc_err_str", SampleSource.ClientAddress, _ => null),
        Fetch.Boolean("ssl_fc_has_early", SampleSource.ClientAddress, context => Client(context) is null ? null : false),
    ];

    /// <summary>What both sides have under names that begin alike.</summary>
    private static IEnumerable<FetchRow> Side(string name, SampleSource source, Func<SampleContext, TlsChannel?> channel) =>
    [
        Text(name + "_alpn", source, channel, tls => tls.Alpn),
        Text(name + "_cipher", source, channel, tls => tls.Cipher),
        Text(name + "_protocol", source, channel, tls => tls.Version),
        Fetch.Boolean(name + "_is_resumed", source, context => channel(context)?.IsResumed),
        Fetch.Integer(name + "_use_keysize", source, context => channel(context)?.CipherBits(out _)),
        Fetch.Integer(name + "_alg_keysize", source, context =>
        {
            if (channel(context) is not { } tls) return null;
            tls.CipherBits(out var bits);
            return bits;
        }),
    ];

    private static TlsChannel? Client(SampleContext context) => context.Session?.Connection.Tls;

    private static TlsChannel? Server(SampleContext context) => context.Stream?.ServerConnection?.Tls;

    private static FetchRow Text(string name, SampleSource source, Func<SampleContext, TlsChannel?> channel, TextOf text) =>
        Fetch.Of(name, SampleType.String, source, (context, _, ref sample) =>
        {
            if (channel(context) is not { } tls || text(tls) is not { IsEmpty: false } value) return false;
            sample.SetString(value);
            return true;
        });
}
