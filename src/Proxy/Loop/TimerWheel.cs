using System.Numerics;

namespace Evenkeel.Proxy.Loop;

/// <summary>
/// All deadlines of one loop, in steps of 1 ms. Setting, moving and cancelling are O(1); a deadline that only moves back is one store,
/// which is what every byte on a busy connection does to its timeout. Owner: the loop.
/// </summary>
/// <remarks>
/// Four levels of 256 slots: level 0 holds the next 256 ms, one slot each; level n slots of 256^n ms. 2^32 ms are 49 days; later deadlines wait in the
/// last level and are looked at again. When a level's hand wraps, the next slot of the level above is dealt out to the levels below.
/// A bitmap a level tells the occupied slots, so that idle time is skipped and not walked.
/// </remarks>
public sealed class TimerWheel
{
    private const int Levels = 4;
    private const int SlotBits = 8;
    private const int SlotsPerLevel = 1 << SlotBits;
    private const long Horizon = (1L << (Levels * SlotBits)) - 1;

    private readonly LoopTimer?[] _slots = new LoopTimer?[Levels * SlotsPerLevel];
    private readonly ulong[] _occupied = new ulong[Levels * SlotsPerLevel / 64];
    private long _nowMs;

    public TimerWheel(long nowMs) => _nowMs = nowMs;

    /// <summary>Timers linked now, set or not yet looked at again.</summary>
    public int Count { get; private set; }

    /// <summary>The timer whose call is under way; still there after an exception has left it.</summary>
    internal LoopTimer? Firing { get; set; }

    /// <summary>Sets or moves the deadline; one that has passed goes off at the next <see cref="Advance"/>.</summary>
    public void Set(LoopTimer timer, long deadlineMs)
    {
        timer.DeadlineMs = deadlineMs;
        if (timer.Slot >= 0)
        {
            if (timer.WheelMs <= deadlineMs) return;
            Unlink(timer);
        }

        // The slot under the hand has been emptied already, so the earliest place is one step ahead.
        if (deadlineMs != LoopTimer.Never) Link(timer, Math.Max(deadlineMs, _nowMs + 1));
    }

    /// <summary>The timer stays linked until the wheel passes it; an object that goes away for good uses <see cref="Remove"/>.</summary>
    public static void Cancel(LoopTimer timer) => timer.DeadlineMs = LoopTimer.Never;

    public void Remove(LoopTimer timer)
    {
        timer.DeadlineMs = LoopTimer.Never;
        if (timer.Slot >= 0) Unlink(timer);
    }

    /// <summary>Milliseconds until the wheel has something to look at: 0 is now, -1 is nothing at all. May be early, never late.</summary>
    public int DelayMs(long nowMs)
    {
        if (Count == 0) return -1;
        for (var level = 0; level < Levels; level++)
        {
            var shift = level * SlotBits;
            var hand = (int)(_nowMs >> shift) & (SlotsPerLevel - 1);
            var distance = DistanceToOccupied(level, hand + 1);
            if (distance < 0) continue;
            var due = ((_nowMs >> shift) + 1 + distance) << shift;
            return (int)Math.Clamp(due - nowMs, 0, int.MaxValue);
        }

        return 0;
    }

    /// <summary>Moves the hand to now and calls every timer whose deadline has passed, in order of deadline to the millisecond.</summary>
    public void Advance(long nowMs)
    {
        while (_nowMs < nowMs)
        {
            if (Count == 0)
            {
                _nowMs = nowMs;
                return;
            }

            var skip = DistanceToOccupied(0, (int)(_nowMs & (SlotsPerLevel - 1)) + 1);
            var toWrap = SlotsPerLevel - (_nowMs & (SlotsPerLevel - 1));
            var step = Math.Min(skip < 0 || skip + 1 > toWrap ? toWrap : skip + 1, nowMs - _nowMs);
            _nowMs += step;
            if ((_nowMs & (SlotsPerLevel - 1)) == 0) DealOut(1);
            Expire((int)(_nowMs & (SlotsPerLevel - 1)));
        }
    }

    /// <summary>Slots from <paramref name="from"/> (modulo the level) to the first occupied one, or -1.</summary>
    private int DistanceToOccupied(int level, int from)
    {
        var words = _occupied.AsSpan(level * SlotsPerLevel / 64, SlotsPerLevel / 64);
        for (var walked = 0; walked < SlotsPerLevel;)
        {
            var slot = (from + walked) & (SlotsPerLevel - 1);
            var word = words[slot >> 6] >> (slot & 63);
            if (word != 0)
            {
                var distance = walked + BitOperations.TrailingZeroCount(word);
                return distance < SlotsPerLevel ? distance : -1;
            }

            walked += 64 - (slot & 63);
        }

        return -1;
    }

    private void DealOut(int level)
    {
        if (level >= Levels) return;
        var slot = (int)(_nowMs >> (level * SlotBits)) & (SlotsPerLevel - 1);
        if (slot == 0) DealOut(level + 1);
        var index = level * SlotsPerLevel + slot;
        while (_slots[index] is { } timer)
        {
            Unlink(timer);
            if (timer.IsSet) Link(timer, timer.DeadlineMs);
        }
    }

    private void Expire(int slot)
    {
        while (_slots[slot] is { } timer)
        {
            Unlink(timer);
            if (timer.DeadlineMs > _nowMs)
            {
                if (timer.IsSet) Link(timer, timer.DeadlineMs);
                continue;
            }

            timer.DeadlineMs = LoopTimer.Never;
            Firing = timer;
            timer.OnDeadline(_nowMs);
            Firing = null;
        }
    }

    private void Link(LoopTimer timer, long deadlineMs)
    {
        var due = Math.Clamp(deadlineMs, _nowMs, _nowMs + Horizon);
        var distance = due ^ _nowMs;
        var level = distance == 0 ? 0 : Math.Min(BitOperations.Log2((ulong)distance) / SlotBits, Levels - 1);
        var index = level * SlotsPerLevel + ((int)(due >> (level * SlotBits)) & (SlotsPerLevel - 1));
        timer.WheelMs = due;
        timer.Slot = index;
        timer.Previous = null;
        timer.Next = _slots[index];
        if (timer.Next is not null) timer.Next.Previous = timer;
        _slots[index] = timer;
        _occupied[index >> 6] |= 1UL << (index & 63);
        Count++;
    }

    private void Unlink(LoopTimer timer)
    {
        if (timer.Previous is not null) timer.Previous.Next = timer.Next;
        else _slots[timer.Slot] = timer.Next;
        if (timer.Next is not null) timer.Next.Previous = timer.Previous;
        if (_slots[timer.Slot] is null) _occupied[timer.Slot >> 6] &= ~(1UL << (timer.Slot & 63));
        timer.Slot = -1;
        timer.Previous = timer.Next = null;
        Count--;
    }
}
