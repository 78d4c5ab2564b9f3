using System.Text;
using Evenkeel.Linux;
using Evenkeel.Linux.Files;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Tracking;

namespace Evenkeel.Vrrp.Notify;

/// <summary>`notify_fifo` or `vrrp_notify_fifo`: a named pipe with a line for each event, and the script that reads it when one is configured.</summary>
/// <remarks>Never waits: when the reader is too far behind, lines are dropped and that is said once until one gets through again.</remarks>
internal sealed class NotifyFifo : IDisposable
{
    private const int SIGTERM = 15;

    private readonly NamedPipe _pipe;
    private readonly IWorkerLoop _loop;
    private readonly IVrrpLog _log;
    private IRunningProgram? _reader;
    private bool _saidFull;

    private NotifyFifo(NamedPipe pipe, IWorkerLoop loop, IVrrpLog log) => (_pipe, _loop, _log) = (pipe, loop, log);

    /// <summary>Null when the FIFO cannot be made; the reason was logged.</summary>
    public static NotifyFifo? Open(string path, ScriptUser? owner, IWorkerLoop loop, IVrrpLog log)
    {
        (uint, uint)? ids = owner == null ? null : (owner.UserId, owner.GroupId);
        var pipe = NamedPipe.Open(path, ids, out var opened);
        if (pipe != null) return new NotifyFifo(pipe, loop, log);
        log.Write(VrrpLogLevel.Error, $"Unable to open notify fifo {path} - {ErrnoText.Of(opened.Errno)}");
        return null;
    }

    /// <summary>The script gets the FIFO's name as its last argument and reads until it is told to end.</summary>
    public void StartReader(CommandModel script, IProgramStarter starter)
    {
        var started = starter.Start(script, [_pipe.Path], out _reader);
        if (_reader == null) _log.Write(VrrpLogLevel.Error, $"Couldn't run notify fifo script {script.Words[0]}: {ErrnoText.Of(started.Errno)}");
        else _loop.Watch(_reader.Descriptor, ReaderEnded);
    }

    private void ReaderEnded()
    {
        if (_reader == null || !_reader.TryReap(out _)) return;
        _log.Write(VrrpLogLevel.Warning, "vrrp notify fifo script terminated");
        _loop.Unwatch(_reader.Descriptor);
        _reader.Dispose();
        _reader = null;
    }

    public void Write(string line)
    {
        var written = _pipe.Write(Encoding.UTF8.GetBytes(line));
        if (written.IsError && !_saidFull) _log.Write(VrrpLogLevel.Warning, $"notify fifo {_pipe.Path} is full or broken ({written.Errno}); lines are lost");
        _saidFull = written.IsError;
    }

    public void Dispose()
    {
        if (_reader != null)
        {
            _reader.Signal(SIGTERM);
            _loop.Unwatch(_reader.Descriptor);
            _reader.Dispose();
        }
        _pipe.Dispose();
    }
}
