using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Tracking;

/// <summary>
/// Rise and fall of one tracked script: results of its runs -> <b>ScriptHealth</b> -> up or down. Pure: no clock, no process.
/// </summary>
/// <remarks>
/// The first result decides alone, whatever rise and fall are, unless `init_fail` says that the script has failed already. After that `rise` successes in a
/// row are needed to come up and `fall` failures in a row to go down (keepalived.conf(5) vrrp_script; seen in 2.4.3).
/// </remarks>
public struct ScriptHealth(int rise, int fall, bool initFail)
{
    private readonly int _rise = Math.Max(1, rise);
    private readonly int _fall = Math.Max(1, fall);
    private int _run;

    public TrackerStatus Status { get; private set; } = initFail ? TrackerStatus.Down : TrackerStatus.Unknown;

    /// <summary>Takes the result of one run.</summary>
    /// <returns>True when the status changed with it.</returns>
    public bool Take(bool succeeded)
    {
        var wanted = succeeded ? TrackerStatus.Up : TrackerStatus.Down;
        if (Status == wanted)
        {
            _run = 0;
            return false;
        }
        _run++;
        if (Status != TrackerStatus.Unknown && _run < (succeeded ? _rise : _fall)) return false;
        Status = wanted;
        _run = 0;
        return true;
    }
}
