using Evenkeel.Daemon.Machine;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Logging.Forwarding;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Daemon.Serving;

/// <summary>The `log-forward` sections of the process with their sockets: opened while there are rights to, served by one worker each.</summary>
internal sealed class LogForwards
{
    private readonly List<Section> _sections = [];

    public bool Any => _sections.Exists(static section => section.Streams.Count + section.Datagrams.Count > 0);

    /// <summary>What another process may take over. Datagram sockets stay: two processes may have one each for the same port.</summary>
    public IEnumerable<SocketHandle> StreamSockets =>
        _sections.SelectMany(static section => section.Streams).Where(static open => open.Bind.Address.Family != SocketFamily.Descriptor)
            .Select(static open => open.Socket);

    /// <summary>Opens all sockets of all sections.</summary>
    /// <param name="onProblem">Told of each that could not be opened.</param>
    /// <returns>False when any could not.</returns>
    public bool Open(ConfigurationModel model, ListeningSockets sockets, Action<BindModel, string, string> onProblem)
    {
        var all = true;
        foreach (var forward in model.LogForwards)
        {
            var section = new Section(forward);
            _sections.Add(section);
            foreach (var bind in forward.Binds)
            {
                var backlog = bind.Backlog ?? forward.Backlog ?? Math.Min(forward.MaxConnections, MostBacklog);
                var opened = sockets.Open(bind, backlog, out var socket, out var problem);
                if (opened.IsOk) section.Streams.Add((bind, socket));
                else onProblem(bind, forward.Name, problem);
                all &= opened.IsOk;
            }
            foreach (var bind in forward.DatagramBinds)
            {
                var opened = sockets.OpenDatagram(bind, out var socket, out var problem);
                if (opened.IsOk) section.Datagrams.Add(socket);
                else onProblem(bind, forward.Name, problem);
                all &= opened.IsOk;
            }
        }
        return all;
    }

    /// <summary>Has the workers, which may not run yet, serve them in turn.</summary>
    /// <param name="forwarderOf">Makes the forwarder of a section for a worker.</param>
    public void Start(Worker[] workers, Func<LogForwardModel, Worker, LogForwarder> forwarderOf)
    {
        for (var i = 0; i < _sections.Count; i++)
        {
            var section = _sections[i];
            var worker = workers[i % workers.Length];
            var forwarder = section.Forwarder = forwarderOf(section.Model, worker);
            worker.Loop.Post(new ActionTask(() => forwarder.Start(section.Streams.Select(static open => open.Socket), section.Datagrams)));
        }
    }

    public void Stop()
    {
        foreach (var section in _sections)
        {
            section.Forwarder?.Worker.Loop.Post(new ActionTask(() =>
            {
                section.Forwarder.Stop();
                foreach (var (_, socket) in section.Streams) _ = socket.Close();
                foreach (var socket in section.Datagrams) _ = socket.Close();
                section.Streams.Clear();
                section.Datagrams.Clear();
            }));
        }
    }

    /// <summary>The kernel's own limit of a queue (somaxconn) is below it on most machines.</summary>
    private const int MostBacklog = 4_096;

    private sealed class Section(LogForwardModel model)
    {
        public LogForwardModel Model { get; } = model;

        public List<(BindModel Bind, SocketHandle Socket)> Streams { get; } = [];

        public List<SocketHandle> Datagrams { get; } = [];

        public LogForwarder? Forwarder { get; set; }
    }
}
