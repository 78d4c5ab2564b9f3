using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Transport;

/// <summary>Who waits for a <see cref="TakeOver"/>.</summary>
internal interface ITakeOverUser
{
    /// <summary>It is over: if anything was found, it lies in the own worker's pool now. On the own worker's loop, some time after the wish.</summary>
    void OnTakenOver();
}

/// <summary>
/// A wish for an idle server connection that another worker keeps. It travels as a task: own worker -> giver (and on to the next, where none fitted) -> own
/// worker. Each step touches only what belongs to the loop it runs on: nothing is locked, and every queue holds at most one of each.
/// </summary>
internal sealed class TakeOver(ITakeOverUser user) : LoopTask
{
    /// <summary>Workers asked before giving up: a connection of one's own costs about what two further journeys do.</summary>
    private const int MostGivers = 3;

    private ServerPool? _home;
    private ServerPool? _firstGiver;
    private ServerPool? _giver;
    private Connection? _taker;
    private ulong _introduction;
    private bool _onlyProven;
    private int _givers;

    /// <summary>Own worker's loop only.</summary>
    public bool IsUnderWay => _home is not null;

    /// <summary>Sends the wish off. The pool's own loop, while none is under way.</summary>
    /// <returns>False when no other worker has an idle connection to spare.</returns>
    public bool TryBegin(ServerPool home, bool onlyProven, ulong introduction)
    {
        if (home.FindGiver() is not { } giver) return false;
        _home = home;
        _firstGiver = _giver = giver;
        _taker = home.Worker.TakeServerConnection();
        _introduction = introduction;
        _onlyProven = onlyProven;
        _givers = 1;
        giver.Worker.Loop.Post(this);
        return true;
    }

    public override void Run()
    {
        var (home, taker) = (_home!, _taker!);
        if (_giver is { } giver)
        {
            _giver = giver.TryGiveTo(taker, _onlyProven, _introduction) || _givers++ == MostGivers ? null : home.FindGiverAfter(giver, _firstGiver!);
            (_giver ?? home).Worker.Loop.Post(this);
            return;
        }

        _home = null;
        _taker = null;
        if (taker.Socket.IsOpen) home.Receive(taker);
        else home.Worker.ReturnConnection(taker);
        user.OnTakenOver();
    }
}
