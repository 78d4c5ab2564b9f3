namespace Evenkeel.Model.Proxy;

/// <summary>What messages and statistics call the modes of proxies.</summary>
public static class ProxyModeNames
{
    public static string Of(ProxyMode mode) => mode switch { ProxyMode.Http => "http", ProxyMode.Log => "syslog", _ => "tcp" };
}
