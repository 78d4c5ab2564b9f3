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

    /// <summary>A plan reads files first.</summary>
    private const int PlanMs = 1_700;

    /// <summary>A word and a path.</summary>
    private const int LongestQuestion = 4_200;

    /// <summary>A reload reads files and may wait for a new proxy's first checks.</summary>
    private const int CommandMs = 30_000;

    /// <summary>People and scripts asking at once; more wait in the kernel's queue.</summary>
    private const int MostClients = 8;

    private readonly List<StatusClient> _clients = [];
    private SocketHandle _statusListener = SocketHandle.None;
    private int _lastRequest;

    /// <summary>What is asked; the number stands on the wire.</summary>
    internal enum StatusQuestion : byte { Text = 0, Json = 1, Events = 2, Plan = 3 }

    private sealed class StatusClient(SocketHandle socket, long deadlineMs)
    {
        public SocketHandle Socket { get; } = socket;
        public long DeadlineMs { get; set; } = deadlineMs;

        /// <summary>The number workers put into their replies; 0 while the question has not come.</summary>
        public int Request { get; set; }
        public StatusQuestion Question { get; set; }

        /// <summary>The question as it came; empty while it has not.</summary>
        public string Asked { get; set; } = "";

        /// <summary>Of a command: what it came to.</summary>
        public string? Reply { get; set; }
        public bool IsCommand { get; set; }
        public Dictionary<string, string> Answers { get; } = [];

        /// <summary>Roles that have said all they have to say; a long answer comes in parts.</summary>
        public HashSet<string> Complete { get; } = [];
    }

    private void OpenStatusSocket()
    {
        if (_plan.StatusSocket is not { } path) return;
        _statusListener = StatusSocket.Listen(path, out var problem);
        if (!_statusListener.IsOpen)
            _plan.Say($"no status socket at {path}: {problem}; 'evenkeel status' will not find this node "
                + $"(choose another place with {_plan.StatusSocketOption})", true);
    }

    /// <summary>Without descriptors for those who ask, looking at once again would only cost time.</summary>
    private const int ShortageMs = 100;

    private long _acceptsAtMs;

    private IEnumerable<int> StatusDescriptors()
    {
        if (_statusListener.IsOpen && _clients.Count < MostClients && NowMs >= _acceptsAtMs) yield return _statusListener.Descriptor;
        foreach (var client in _clients)
            if (client.Request == 0) yield return client.Socket.Descriptor;
    }

    private long StatusDeadlineMs() =>
        Math.Min(_acceptsAtMs > NowMs ? _acceptsAtMs : long.MaxValue, _clients.Count == 0 ? long.MaxValue : _clients.Min(client => client.DeadlineMs));

    private void ServeStatus()
    {
        while (_statusListener.IsOpen && _clients.Count < MostClients)
        {
            var accepted = _statusListener.Accept(out _);
            if (accepted.IsError)
            {
                if (!accepted.WouldBlock) _acceptsAtMs = NowMs + ShortageMs;
                break;
            }
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
            var word = new byte[LongestQuestion];
            var received = client.Socket.Receive(word);
            if (received.WouldBlock) return NowMs >= client.DeadlineMs;
            if (received.IsError || received.Value == 0) return true;
            Take(client, Encoding.UTF8.GetString(word, 0, received.Value).TrimEnd('\n'));
        }
        if (client.IsCommand)
        {
            if (client.Reply is null && NowMs < client.DeadlineMs) return false;
            _ = client.Socket.Send(Encoding.UTF8.GetBytes(client.Reply ?? "failed: it takes longer than usual; see the log for its outcome\n"));
            return true;
        }
        var complete = _workers.All(worker => !worker.IsRunning || !IsAsked(client.Question, worker) || client.Complete.Contains(worker.Role));
        if (!complete && NowMs < client.DeadlineMs) return false;
        // The answer fits into the socket's buffer; a client that has gone meanwhile loses it.
        var answer = client.Question is StatusQuestion.Events or StatusQuestion.Plan
            ? client.Answers.GetValueOrDefault(WorkerSeat.AddressRole, "no address worker answers\n")
            : StatusText.Compose(_workers, client.Answers, client.Question == StatusQuestion.Json, NowMs);
        _ = client.Socket.Send(Encoding.UTF8.GetBytes(answer));
        return true;
    }

    private void Take(StatusClient client, string question)
    {
        client.Request = ++_lastRequest;
        client.Asked = question;
        client.DeadlineMs = NowMs + CommandMs;
        client.IsCommand = true;
        if (question.StartsWith("reload", StringComparison.Ordinal))
        {
            if (_plan.ReadsConfiguration) RequestReload(OutcomeFor(client));
            else client.Reply = "failed: it takes its configuration again when it gets SIGHUP, and logs what came of it\n";
        }
        else if (IsForProxy(question) && Find(WorkerSeat.ProxyRole) is null) client.Reply = "failed: there is no proxy here whose clients could be sent away\n";
        else if (question.StartsWith("drain", StringComparison.Ordinal)) client.Reply = Drain(true);
        else if (question.StartsWith("resume", StringComparison.Ordinal)) client.Reply = Drain(false);
        else
        {
            client.IsCommand = false;
            Ask(client, question);
        }
    }

    private static Action<bool, string> OutcomeFor(StatusClient client) =>
        (succeeded, said) => client.Reply = (succeeded ? "ok: " : "failed: ") + said + "\n";

    private static bool IsForProxy(string question) =>
        question.StartsWith("drain", StringComparison.Ordinal) || question.StartsWith("resume", StringComparison.Ordinal);

    /// <summary>The addresses go to a peer that is fit, clients of the proxy are sent to look for another node; nothing that runs is ended.</summary>
    private string Drain(bool begins)
    {
        _draining = begins;
        Find(WorkerSeat.ProxyRole)?.Send(RecordType.Drain, begins ? (byte)1 : (byte)0);
        var said = begins ? "draining: addresses go to the peer, connections end with their next answer; 'evenkeel resume' takes it back" : "serving again";
        _plan.Say(said, false);
        return $"ok: {said}\n";
    }

    private void Ask(StatusClient client, string question)
    {
        var blank = question.IndexOf(' ', StringComparison.Ordinal);
        client.Question = (blank < 0 ? question : question[..blank]) switch
        {
            "json" => StatusQuestion.Json,
            "events" => StatusQuestion.Events,
            "plan" => StatusQuestion.Plan,
            _ => StatusQuestion.Text,
        };
        client.DeadlineMs = NowMs + (client.Question == StatusQuestion.Plan ? PlanMs : AnswerMs);
        var text = client.Request.ToString(CultureInfo.InvariantCulture) + (client.Question == StatusQuestion.Plan ? question[blank..] : "");
        foreach (var worker in _workers)
            if (IsAsked(client.Question, worker)) worker.Send(RecordType.StatusRequest, (byte)client.Question, text);
    }

    private static bool IsAsked(StatusQuestion question, WorkerProcess worker) =>
        question is StatusQuestion.Text or StatusQuestion.Json || worker.Role == WorkerSeat.AddressRole;

    private void OnStatusReply(WorkerProcess worker, ProcessRecord record)
    {
        var blank = record.Text.IndexOf(' ', StringComparison.Ordinal);
        if (blank < 0 || !int.TryParse(record.Text.AsSpan(0, blank), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return;
        var client = _clients.Find(each => each.Request == number);
        if (client is null) return;
        client.Answers[worker.Role] = client.Answers.GetValueOrDefault(worker.Role, "") + record.Text[(blank + 1)..];
        if (record.Value == 0) client.Complete.Add(worker.Role);
    }

    private void CloseStatusSocket()
    {
        foreach (var client in _clients) _ = client.Socket.Close();
        if (!_statusListener.IsOpen) return;
        _ = _statusListener.Close();
        PidFile.Remove(_plan.StatusSocket!);
    }
}
