using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Evenkeel.Tests.EndToEnd.Harness;

/// <summary>A client that speaks TLS and trusts everybody.</summary>
internal sealed class TlsClient : IDisposable
{
    private readonly TcpClient _socket;
    private readonly SslStream _stream;

    /// <param name="name">The name asked for; empty for none.</param>
    public TlsClient(int port, string name = "", SslProtocols protocols = SslProtocols.None, X509Certificate2? certificate = null, params string[] alpn)
    {
        _socket = new TcpClient { ReceiveTimeout = 10_000, SendTimeout = 10_000, NoDelay = true };
        _socket.Connect(IPAddress.Loopback, port);
        _stream = new SslStream(_socket.GetStream());
        _stream.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = name,
            EnabledSslProtocols = protocols,
            ClientCertificates = certificate is null ? null : [certificate],
            ApplicationProtocols = [.. alpn.Select(protocol => new SslApplicationProtocol(protocol))],
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
    }

    public SslStream Stream => _stream;

    /// <summary>"CN=a.test": whom the server said it is.</summary>
    public string Subject => _stream.RemoteCertificate!.Subject;

    public void Send(string text) => _stream.Write(Encoding.Latin1.GetBytes(text));

    public string ReadToEnd()
    {
        using var all = new MemoryStream();
        _stream.CopyTo(all);
        return Encoding.Latin1.GetString(all.ToArray());
    }

    /// <summary>A request on this connection, which is its last.</summary>
    public string Get(string path = "/")
    {
        Send($"GET {path} HTTP/1.1\r\nHost: test.example\r\nConnection: close\r\n\r\n");
        return ReadToEnd();
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }
}
