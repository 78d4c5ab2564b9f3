using Evenkeel.Linux.Tls;
using Evenkeel.Model;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Rules;

namespace Evenkeel.Proxy.Transport.Tls;

/// <summary>
/// Turns what a configuration says about TLS into contexts: certificates are read here, by a process that still has the right to or from what such
/// a one read. The same code judges for `-c`; a configuration without TLS never comes here, and the library is not even loaded.
/// </summary>
public static class TlsSetup
{
    private static readonly string[] BundleEnds = [".rsa", ".ecdsa", ".dsa"];

    /// <summary>
    /// Says what is wrong, in the original's words: of servers only what the first backend has, and of bind lines only when servers are right.
    /// </summary>
    /// <returns>False when anything is.</returns>
    public static bool Check(ConfigurationModel model, IWorld world, Action<string> alert, Action<string> warn)
    {
        var isGood = true;
        void Say(string problem)
        {
            isGood = false;
            alert(problem);
        }

        foreach (var backend in model.Backends)
        {
            if (!isGood) break;
            foreach (var server in backend.Servers)
                if (Wants(server) && !backend.Disabled) _ = ContextOf(server, backend.Name, model.Global, world, Say);
        }
        foreach (var ring in model.Rings)
        {
            if (!isGood) break;
            foreach (var server in ring.Servers)
                if (Wants(server)) _ = ContextOf(server, ring.Name, model.Global, world, Say);
        }
        if (isGood) JudgeServerDefaults(model.Global.TlsServerDefaults, Say);
        if (!isGood) return false;
        foreach (var frontend in model.Frontends)
        foreach (var bind in frontend.Binds)
            if (bind.Tls is not null && !frontend.Disabled) _ = ForBind(bind, frontend, model.Global, world, Say, warn);
        return isGood;
    }

    /// <summary>The original has a client of its own, which takes `ssl-default-server-...` whether the file has a server with TLS or not.</summary>
    private static void JudgeServerDefaults(TlsSettings defaults, Action<string> alert)
    {
        if (defaults is { Ciphers: null, CipherSuites: null, Curves: null, SignatureAlgorithms: null, ClientSignatureAlgorithms: null }) return;
        if (TlsContext.Create(isServer: false) is { } context)
            _ = Apply(context, defaults, isServer: false, what => alert($"'server <OCSP-UPDATE>/<HTTPSCLIENT>' : {what}."), ("<OCSP-UPDATE>", "<HTTPSCLIENT>"));
    }

    /// <summary>The context of a bind line's clients; null after a problem.</summary>
    public static TlsContext? ForBind(BindModel bind, FrontendModel frontend, GlobalModel global, IWorld world, Action<string> alert,
        Action<string> warn)
    {
        var model = bind.Tls!;
        var settings = model.Settings.Over(global.TlsBindDefaults);
        var where = $"for bind '{bind.Text}' at [{bind.Position}]";
        void Fail(string what) => alert($"Proxy '{frontend.Name}': {what} {where}.");
        if (model.Certificates.IsEmpty && settings.StrictSni != true)
        {
            alert($"Proxy '{frontend.Name}': no SSL certificate specified {where} (use 'crt').");
            return null;
        }

        if (model.Certificates.IsEmpty)
            warn($"Proxy '{frontend.Name}': no SSL certificate specified {where}, ssl connections will fail (use 'crt').");
        if (settings.IgnoresExclusions)
        {
            warn($"Proxy '{frontend.Name}': no-sslv3/no-tlsv1x are ignored {where}. Use only 'ssl-min-ver' and 'ssl-max-ver' to fix.");
        }

        if (settings.IsBelowDefault)
        {
            warn($"Proxy '{frontend.Name}': Ambiguous configuration {where}: the ssl-min-ver value is not configured and the ssl-max-ver value is lower than "
                + $"the default ssl-min-ver value (TLSv1.2). Setting the ssl-min-ver to {NameOf(settings.Most!.Value)}. Use 'ssl-min-ver' to fix this.");
        }

        var contexts = new List<TlsContext>();
        var names = new TlsNames(settings.StrictSni == true);
        foreach (var bundle in Bundles(model.Certificates))
        {
            if (Create(model, settings, frontend.Mode, global, world, Fail) is not { } context) return null;
            foreach (var path in bundle)
            {
                if (Load(path, world, out var problem) is not { } certificate || !context.Use(certificate))
                {
                    if (problem.Length > 0) Fail(problem.TrimEnd('.'));
                    else alert($"config : parsing [{bind.Position}] : 'bind {bind.Text}' in section 'frontend' : unable to load SSL certificate into "
                        + $"SSL Context '{path}': {context.Problem}.");
                    return null;
                }

                foreach (var name in certificate.Names) names.Add(name, context);
            }

            contexts.Add(context);
        }

        if (contexts.Count == 0) contexts.Add(Create(model, settings, frontend.Mode, global, world, Fail)!);
        contexts[0]?.ChooseByName(names);
        return contexts[0];
    }

    /// <summary>What a server's connections need to speak TLS; null when they do not.</summary>
    public static ServerTls? ForServer(ServerModel server, string backend, GlobalModel global, IWorld world, RuleBinder binder, Action<string> alert)
    {
        if (!Wants(server) || ContextOf(server, backend, global, world, alert) is not { } context) return null;
        return new ServerTls(server.Tls!, context, Verifies(server.Tls!, global), binder);
    }

    private static bool Wants(ServerModel server) => server.Tls is { IsOn: true } or { Checks: true } or { IsSwitchable: true } or { ChecksByRule: true };

    private static bool Verifies(TlsServerModel model, GlobalModel global) => model.Verifies ?? !global.ServersAreNotVerified;

    private static TlsContext? Create(TlsBindModel model, TlsSettings settings, ProxyMode mode, GlobalModel global, IWorld world,
        Action<string> fail)
    {
        if (TlsContext.Create(isServer: true) is not { } context || !Apply(context, settings, isServer: true, fail)) return null;
        context.SetSessionCache(global.TlsCachedSessions, global.TlsSessionLifetimeMs / 1_000);
        if (settings.PrefersClientCiphers == true) context.PreferClientCiphers();
        var alpn = model.Alpn.IsEmpty && mode == ProxyMode.Http ? ["http/1.1"] : model.Alpn;
        if (!alpn.IsEmpty) context.SetAlpn(alpn, isServer: true);
        context.SetVerify((TlsVerify)(model.Verify == TlsClientVerify.Required ? (int)TlsVerify.Required : (int)model.Verify));
        if (model.CaFile is { } authorities && !SetAuthorities(context, authorities, world, tellNames: !model.NoCaNames))
        {
            fail($"unable to set CA file '{authorities}'");
            return null;
        }

        if (model.CaFile is null && model.Verify != TlsClientVerify.None)
        {
            fail("verify is enabled but no CA file specified");
            return null;
        }

        if (model.CrlFile is null || SetRevocations(context, model.CrlFile, world)) return context;
        fail($"unable to configure CRL file '{model.CrlFile}'");
        return null;
    }

    private static TlsContext? ContextOf(ServerModel server, string backend, GlobalModel global, IWorld world, Action<string> alert)
    {
        var model = server.Tls!;
        void Fail(string what) => alert($"[{server.Position}] : 'server {backend}/{server.Name}' : {what}.");
        var settings = model.Settings.Over(global.TlsServerDefaults);
        if (TlsContext.Create(isServer: false) is not { } context || !Apply(context, settings, isServer: false, Fail, (backend, server.Name)))
            return null;
        if (model.Certificate is { } path && (Load(path, world, out var problem) is not { } certificate || !context.Use(certificate)))
        {
            Fail(Load(path, world, out problem) is null ? problem.TrimEnd('.') : $"unable to use the certificate '{path}'");
            return null;
        }

        if (Verifies(model, global))
        {
            if (model.CaFile is null)
            {
                Fail("verify is enabled by default but no CA file specified. If you're running on a LAN where you're certain to trust the server's "
                    + "certificate, please set an explicit 'verify none' statement on the 'server' line, or use 'ssl-server-verify none' in the global "
                    + "section to disable server-side verifications by default");
                return null;
            }

            context.SetVerify(TlsVerify.Optional);
        }

        if (model.CaFile is { } authorities && !SetAuthorities(context, authorities, world, tellNames: false)) Fail($"unable to set CA file '{authorities}'");
        else if (model.CrlFile is { } revoked && !SetRevocations(context, revoked, world)) Fail($"unable to configure CRL file '{revoked}'");
        else
        {
            if (!model.Alpn.IsEmpty) context.SetAlpn(model.Alpn, isServer: false);
            return context;
        }

        return null;
    }

    /// <param name="owner">The server it is for: messages about some lists name it once more.</param>
    private static bool Apply(TlsContext context, TlsSettings settings, bool isServer, Action<string> fail, (string Proxy, string Name)? owner = null)
    {
        if ((isServer ? settings.Range : settings.ServerRange) is not { } range)
        {
            fail("all SSL/TLS versions are disabled");
            return false;
        }

        string? refused = null;
        if (!context.SetVersions((TlsVersion)range.Least, (TlsVersion)range.Most)) refused = "unable to set the SSL/TLS versions";
        else if (settings.Ciphers is { } ciphers && !context.SetCiphers(ciphers)) refused = $"unable to set SSL cipher list to '{ciphers}'";
        else if (settings.CipherSuites is { } suites && !context.SetCipherSuites(suites)) refused = $"unable to set TLS 1.3 cipher suites to '{suites}'";
        else if (settings.Curves is { } curves && !context.SetCurves(curves)) refused = Named(owner, "curves", curves);
        else if (settings is { Curves: null, Curve: { } curve } && !context.SetCurves(curve)) refused = $"unable to set elliptic named curve to '{curve}'";
        else if (settings.SignatureAlgorithms is { } list && !context.SetSignatureAlgorithms(list)) refused = Named(owner, "Signature Algorithm", list);
        else if (settings.ClientSignatureAlgorithms is { } ours && !context.SetClientSignatureAlgorithms(ours))
            refused = Named(owner, owner is null ? "Signature Algorithm" : "Client Signature Algorithm", ours);
        if (settings.NoTickets == true) context.DisableTickets();
        if (refused is null) return true;
        fail(refused);
        return false;
    }

    private static TlsCertificate? Load(string path, IWorld world, out string problem)
    {
        if (world.ReadFile(path, out var error) is { } pem)
            return TlsCertificate.Load(path, pem, world.FileExists(path + ".key") ? world.ReadFile(path + ".key", out _) : null, out problem);
        problem = $"unable to stat SSL certificate from file '{path}' : {error}.";
        return null;
    }

    private static bool SetAuthorities(TlsContext context, string path, IWorld world, bool tellNames) =>
        path == "@system-ca" ? context.TrustSystem() : world.ReadFile(path, out _) is { } pem && context.SetAuthorities(pem, tellNames);

    private static bool SetRevocations(TlsContext context, string path, IWorld world) =>
        world.ReadFile(path, out _) is { } pem && context.SetRevocations(pem);

    private static string NameOf(TlsProtocol version) => version == TlsProtocol.Ssl3 ? "SSLv3" : $"TLSv1.{version - TlsProtocol.Tls10}";

    private static string Named((string Proxy, string Name)? owner, string what, string list)
    {
        var text = $"unable to set SSL {what} list to '{list}'";
        return owner is { } server ? $"Proxy '{server.Proxy}': {text} for server '{server.Name}'" : text;
    }

    /// <summary>`a.pem.rsa` and `a.pem.ecdsa` are one certificate with two kinds of keys.</summary>
    private static IEnumerable<IEnumerable<string>> Bundles(IEnumerable<string> paths) =>
        paths.GroupBy(path => BundleEnds.FirstOrDefault(path.EndsWith) is { } end ? path[..^end.Length] : path, StringComparer.Ordinal);
}
