using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Streams;

/// <remarks>Idle server connections: one of this client's own, or of this worker's, or else one that another worker keeps.</remarks>
public sealed partial class Stream : ITakeOverUser
{
    /// <summary>How long another worker may take to answer before a new connection is made: it answers within a turn, unless its thread has to wait for a
    /// processor.</summary>
    private const int TakeOverMs = 200;

    private TakeOver? _takeOver;
    private bool _hasAskedOthers;
    private long _takeOverUntilMs = Never;

    /// <summary>Another worker has been asked and has not answered yet.</summary>
    private bool AwaitsTakeOver => _takeOverUntilMs != Never;

    /// <param name="asksOthers">None is here, but another worker has been asked: come back when it answers.</param>
    private Connection? TakeIdle(ServerPool pool, ulong introduction, out bool asksOthers)
    {
        asksOthers = false;
        if (Session.Private?.Take(Server!, introduction) is { } own) return own;
        var reuse = Back!.Model.HttpReuse;
        if (reuse == HttpReuse.Never || (reuse == HttpReuse.Safe && RequestNumber == 1)) return null;
        var onlyProven = reuse == HttpReuse.Aggressive && RequestNumber == 1;
        var idle = pool.TakeIdle(onlyProven, introduction);
        if (idle is null && Worker.Count > 1) asksOthers = AskOthers(pool, onlyProven, introduction);
        return idle;
    }

    private bool AskOthers(ServerPool pool, bool onlyProven, ulong introduction)
    {
        if (_hasAskedOthers || _takeOver is { IsUnderWay: true }) return false;
        _takeOver ??= new TakeOver(this);
        if (!_takeOver.TryBegin(pool, onlyProven, introduction)) return false;
        _hasAskedOthers = true;
        _takeOverUntilMs = Worker.Loop.NowMs + TakeOverMs;
        return true;
    }

    void ITakeOverUser.OnTakenOver()
    {
        // Also told of a wish that an earlier request left behind, whose object this is again.
        if (!AwaitsTakeOver) return;
        _takeOverUntilMs = Never;
        Run();
    }

    private void ForgetTakeOver()
    {
        _hasAskedOthers = false;
        _takeOverUntilMs = Never;
    }
}
