using Evenkeel.Linux;
using Evenkeel.Linux.Processes;
using Evenkeel.Model;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Tracking;

namespace Evenkeel.Tests.Unit.Vrrp.Tracking;

/// <summary>A loop whose time the test moves, programs that end when the test says so, and a record of what was reported and logged.</summary>
internal sealed class Stage : IWorkerLoop, IProgramStarter, ITrackerSink, IVrrpLog
{
    private readonly List<WorkerTimer> _timers = [];
    private readonly Dictionary<int, Action> _watched = [];

    public long NowUs { get; private set; } = 1_000_000;

    public List<Actor> Started { get; } = [];

    public List<string> Reported { get; } = [];

    public List<string> Log { get; } = [];

    /// <summary>Programs cannot be started while this is set.</summary>
    public Errno Refusal { get; set; }

    public Actor Last => Started[^1];

    public bool IsDetailed => true;

    public void Write(VrrpLogLevel level, string line) => Log.Add(line);

    public WorkerTimer StartTimer(long delayUs, Action callback)
    {
        var timer = new WorkerTimer(NowUs + delayUs, callback);
        _timers.Add(timer);
        return timer;
    }

    public void Watch(int descriptor, Action onReadable) => _watched[descriptor] = onReadable;

    public void Unwatch(int descriptor) => _watched.Remove(descriptor);

    public void TrackerChanged(TrackerKind kind, string name, TrackerStatus status, int value = 0) => Reported.Add($"{name} {status}");

    public SysResult Start(CommandModel command, IReadOnlyList<string> extraArguments, out IRunningProgram? program)
    {
        program = null;
        if (Refusal != Errno.None) return SysResult.Fail(Refusal);
        var actor = new Actor(this, 100 + Started.Count, string.Join(' ', [.. command.Words, .. extraArguments]));
        Started.Add(actor);
        program = actor;
        return SysResult.Ok(actor.Descriptor);
    }

    /// <summary>Lets time go by; timers run in order at their time.</summary>
    public void Pass(double seconds)
    {
        long end = NowUs + (long)(seconds * 1_000_000);
        while (true)
        {
            _timers.RemoveAll(t => t.IsDone);
            var next = _timers.Where(t => t.DueUs <= end).MinBy(t => t.DueUs);
            if (next == null) break;
            NowUs = Math.Max(NowUs, next.DueUs);
            next.Run();
        }
        NowUs = end;
    }

    /// <summary>Time goes by without the loop getting a turn; then everything that is due runs.</summary>
    public void Freeze(double seconds)
    {
        NowUs += (long)(seconds * 1_000_000);
        Pass(0);
    }

    public void Readable(int descriptor)
    {
        if (_watched.TryGetValue(descriptor, out var handler)) handler();
    }

    public static CommandModel Command(params string[] words) => new([.. words], null, string.Join(' ', words));

    public static VrrpScriptModel Script(string name = "chk") =>
        new() { Name = name, Position = SourcePosition.None, Command = Command($"/bin/{name}") };

    /// <summary>A started program.</summary>
    internal sealed class Actor(Stage stage, int descriptor, string commandLine) : IRunningProgram
    {
        private ExitStatus? _ended;

        public int Descriptor => descriptor;

        public string CommandLine => commandLine;

        public List<int> Signals { get; } = [];

        public bool IsReaped { get; private set; }

        public bool TryReap(out ExitStatus status)
        {
            status = _ended ?? default;
            IsReaped = _ended != null;
            return IsReaped;
        }

        public void Signal(int signal) => Signals.Add(signal);

        public void End(int code)
        {
            _ended = ExitStatus.Exited(code);
            stage.Readable(descriptor);
        }

        public void Die(int signal)
        {
            _ended = ExitStatus.Signaled(signal);
            stage.Readable(descriptor);
        }

        public void Dispose() { }
    }
}
