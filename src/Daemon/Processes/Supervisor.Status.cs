using System.Globalization;
using System.Text;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Daemon.Processes;

/// <content>
/// The unix socket behind `evenkeel status`: a client says `text` or `json`, each worker is asked for its state, and what has come within
/// <see cref="AnswerMs"/> is the answer. The supervisor itself adds who runs.
/// </content>
public sealed partial class Supervisor
{
    /// <summary>A worker that has not answered by then is reported as silent, which is an answer too.</summary>
    private const int AnswerMs = 300;

    /// <summary>People and scripts asking at once; more wait in the kernel's queue.</summary>
    private const int MostClients = 8;

    private readonly List<StatusClient> _clients = [];
    private SocketHandle _statusListener = SocketHandle.None;
    private int _lastRequest;

    private sealed class StatusClient(SocketHandle socket, long deadlineMs)
    {
        public SocketHandle Socket { get; } = socket;
        public long DeadlineMs { get; set; } = deadlineMs;

        /// <summary>The number workers put into their replies; 0 while the question has not come.</summary>
        public int Request { get; set; }
        public bool Json { get; set; }
        public Dictionary<string, string> Answers { get; } = [];
    }

    private void OpenStatusSocket()
    {
        if (_plan.StatusSocket is not { } path) return;
        _statusListener = StatusSocket.Listen(path, out var problem);
        if (!_statusListener.IsOpen)
            _plan.Say($"no status socket at {path}: {problem}; 'evenkeel status' will not find this node (choose another place with -s)", true);
    }

    private IEnumerable<int> StatusDescriptors()
    {
        if (_statusListener.IsOpen && _clients.Count < MostClients) yield return _statusListener.Descriptor;
        foreach (var client in _clients)
            if (client.Request == 0) yield return client.Socket.Descriptor;
    }

    private long StatusDeadlineMs() => _clients.Count == 0 ? long.MaxValue : _clients.Min(client => client.DeadlineMs);

    private void ServeStatus()
    {
        while (_statusListener.IsOpen && _clients.Count < MostClients)
        {
            var accepted = _statusListener.Accept(out _);
            if (accepted.IsError) break;
            _clients.Add(new StatusClient(new SocketHandle(accepted.Value), NowMs + AnswerMs));
        }
        for (var i = _clients.Count - 1; i >= 0; i--)
        {
            if (!IsServed(_clients[i])) continue;
            _ = _clients[i].Socket.Close();
            _clients.RemoveAt(i);
        }
    }

    private bool IsServed(StatusClient client)
    {
        if (client.Request == 0)
        {
            var word = new byte[64];
            var received = client.Socket.Receive(word);
            if (received.WouldBlock) return NowMs >= client.DeadlineMs;
            if (received.IsError || received.Value == 0) return true;
            Ask(client, Encoding.ASCII.GetString(word, 0, received.Value));
        }
        var complete = _workers.All(worker => !worker.IsRunning || client.Answers.ContainsKey(worker.Role));
        if (!complete && NowMs < client.DeadlineMs) return false;
        // The answer fits into the socket's buffer; a client that has gone meanwhile loses it.
        _ = client.Socket.Send(Encoding.UTF8.GetBytes(StatusText.Compose(_workers, client.Answers, client.Json, NowMs)));
        return true;
    }

    private void Ask(StatusClient client, string question)
    {
        client.Json = question.StartsWith("json", StringComparison.Ordinal);
        client.Request = ++_lastRequest;
        client.DeadlineMs = NowMs + AnswerMs;
        var number = client.Request.ToString(CultureInfo.InvariantCulture);
        foreach (var worker in _workers) worker.Send(RecordType.StatusRequest, client.Json ? (byte)1 : (byte)0, number);
    }

    private void OnStatusReply(WorkerProcess worker, ProcessRecord record)
    {
        var blank = record.Text.IndexOf(' ', StringComparison.Ordinal);
        if (blank < 0 || !int.TryParse(record.Text.AsSpan(0, blank), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return;
        var client = _clients.Find(each => each.Request == number);
        if (client is not null) client.Answers[worker.Role] = record.Text[(blank + 1)..];
    }

    private void CloseStatusSocket()
    {
        foreach (var client in _clients) _ = client.Socket.Close();
        if (!_statusListener.IsOpen) return;
        _ = _statusListener.Close();
        PidFile.Remove(_plan.StatusSocket!);
    }
}
