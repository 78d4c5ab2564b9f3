using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Status;

/// <summary>One remembered effect and when it happened.</summary>
public readonly record struct RecordedEvent(long NowUs, Effect Effect);

/// <summary>The last thousand things the routers did or were told, the plain beat left out; nothing is allocated after start. Owner: the worker's
/// thread.</summary>
public sealed class FlightRecorder
{
    private const int Capacity = 1_000;
    private readonly RecordedEvent[] _events = new RecordedEvent[Capacity];
    private long _recorded;

    public int Count => (int)Math.Min(_recorded, Capacity);

    /// <summary>Event by age: 0 is the oldest that is still known.</summary>
    public ref readonly RecordedEvent this[int index] => ref _events[(_recorded - Count + index) % Capacity];

    public void Record(long nowUs, in Effect effect)
    {
        // A master's own beat says nothing; its goodbye does.
        if (effect.Kind == EffectKind.SendAdvertisement && effect.Priority != 0)
            return;
        _events[_recorded++ % Capacity] = new RecordedEvent(nowUs, effect);
    }
}
