using System.Text;
using Evenkeel.Linux;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Names;
using Evenkeel.Linux.Sockets;
using Evenkeel.Vrrp;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>
/// keepalived's log of one process: lines on the terminal (`-l`) or to syslog under the process's own name (`Keepalived`, `Keepalived_vrrp`), in the forms
/// log watchers know.
/// </summary>
/// <remarks>Never blocks: a syslog that does not listen loses lines, which is better than a late advertisement. Owner: one thread.</remarks>
public sealed class KeepalivedLog : IVrrpLog
{
    /// <summary>What the parent and the VRRP process call themselves in syslog.</summary>
    public const string MainIdentity = "Keepalived";
    public const string VrrpIdentity = "Keepalived_vrrp";

    private const string SyslogPath = "/dev/log";

    /// <summary>Bytes; what is longer is cut, as syslog would.</summary>
    private const int LongestLine = 8_192;
    private readonly string _identity;
    private readonly int _facility;
    private readonly bool _console;
    private readonly bool _syslog;
    private readonly string? _file;
    private SocketHandle _socket = SocketHandle.None;

    /// <summary>The line under way; a thousand routers that change their state write as many, and need not leave garbage behind.</summary>
    private readonly byte[] _line = new byte[LongestLine];
    private long _second;
    private string _calendar = "", _syslogTime = "";

    public KeepalivedLog(KeepalivedCommandLine line, string identity)
    {
        IsDetailed = line.LogDetail;
        _identity = identity;
        _facility = line.LogFacility;
        _console = line.LogConsole;
        _syslog = !line.NoSyslog && !line.LogConsole;
        _file = line.LogFile;
    }

    public bool IsDetailed { get; }

    public void Notice(string line) => Write(VrrpLogLevel.Notice, line);

    public void Error(string line) => Write(VrrpLogLevel.Error, line);

    public void Write(VrrpLogLevel level, string line)
    {
        ReadTime();
        if (_console) StandardStream.Write(StandardStream.Error, Compose(_calendar, ": ", line, "\n"));
        if (_file is not null) Append($"{_calendar}: {line}\n");
        if (_syslog) Send(level, line);
    }

    private void ReadTime()
    {
        var second = Clocks.RealtimeNs() / 1_000_000_000;
        if (second == _second) return;
        (_second, _calendar, _syslogTime) = (second, LocalTime.Calendar(), LocalTime.Syslog());
    }

    /// <summary>The pieces one behind the other; their characters are bytes.</summary>
    private ReadOnlySpan<byte> Compose(params ReadOnlySpan<string> pieces)
    {
        var length = 0;
        foreach (var piece in pieces)
        {
            var room = Math.Min(piece.Length, _line.Length - length - 1);
            length += Encoding.Latin1.GetBytes(piece.AsSpan(0, room), _line.AsSpan(length));
        }

        // A line that was cut ends all the same.
        if (pieces[^1] == "\n" && _line[length - 1] != (byte)'\n') _line[length++] = (byte)'\n';
        return _line.AsSpan(0, length);
    }

    private void Append(string line)
    {
        try
        {
            File.AppendAllText(_file!, line);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A full or missing disk must not stop the address plane; the line is lost.
        }
    }

    private void Send(VrrpLogLevel level, string line)
    {
        if (!_socket.IsOpen && !Connect()) return;
        _start ??= [.. Enumerable.Range(0, 8).Select(severity => $"<{(_facility * 8) + severity}>")];
        _name ??= $" {_identity}[{Environment.ProcessId}]: ";
        var message = Compose(_start[SeverityOf(level)], _syslogTime, _name, line);
        var sent = _socket.Send(message);
        if (sent.IsOk || sent.WouldBlock) return;
        // The syslog daemon was started again: its socket is another one now.
        _ = _socket.Close();
        _socket = SocketHandle.None;
        if (Connect()) _ = _socket.Send(message);
    }

    private string[]? _start;
    private string? _name;

    private bool Connect()
    {
        var opened = SocketHandle.Open(KernelSocketAddress.AF_UNIX, SocketKind.Datagram);
        if (opened.IsError || !KernelSocketAddress.TryFromUnix(SyslogPath, out var address)) return false;
        var socket = new SocketHandle(opened.Value);
        if (socket.Connect(address).IsOk)
        {
            _socket = socket;
            return true;
        }
        _ = socket.Close();
        return false;
    }

    /// <summary>syslog.h: LOG_ERR 3, LOG_WARNING 4, LOG_NOTICE 5, LOG_INFO 6.</summary>
    private static int SeverityOf(VrrpLogLevel level) => level switch
    {
        VrrpLogLevel.Error => 3,
        VrrpLogLevel.Warning => 4,
        VrrpLogLevel.Notice => 5,
        _ => 6,
    };
}
