using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Vrrp.Router;

/// <summary>
/// The loser of a conflict makes sure that the winner knows there was one, because only the winner can tell the network where the address is.
/// </summary>
/// <remarks>
/// A winner answers a lower advertisement at once, ahead of its beat. Until two such early advertisements are heard the word is repeated: four
/// times an interval at first, which outlasts heavy loss, then at doubled distances, which outlasts a link that was mended in one direction
/// only. (One is not enough: to a virtual machine that was paused for a moment an ordinary beat seems early, too.) After a few minutes every
/// neighbour has looked for the address by itself.
/// </remarks>
public sealed partial class VirtualRouter
{
    private const int WordsBeforeDoubling = 8;
    private const int AnswersWanted = 2;

    /// <summary>Not less often than this, or than every eighth interval: so long may a mended link go unnoticed.</summary>
    private const long LongestSpacingUs = 2_000_000;

    /// <summary>So long, or for sixty intervals, is a winner told that does not hear.</summary>
    private const long TellingUs = 180_000_000;

    private long _speakAgainUs = Never;
    private long _beatHeardUs;
    private long _wordSpacingUs;
    private int _wordsSaid;
    private long _wordsSinceUs;
    private int _answersHeard;
    private byte _wordPriority;

    /// <summary>A conflict was lost, and nothing shows that the winner knows.</summary>
    internal bool HasUnheardWord => _speakAgainUs != Never;

    /// <param name="priority">What the word says; lower than the winner's, so that it is a conflict to the winner and nothing to others.</param>
    /// <param name="nowUs">When the first word was said.</param>
    private void BeginLastWord(byte priority, long nowUs)
    {
        _wordPriority = priority;
        _beatHeardUs = nowUs;
        _wordsSaid = 1;
        _wordsSinceUs = nowUs;
        _answersHeard = 0;
        _wordSpacingUs = _masterIntervalUs / 4;
        _speakAgainUs = nowUs + _wordSpacingUs;
    }

    private void SpeakAgain(long nowUs, EffectList effects)
    {
        SendWord(_wordPriority, effects);
        if (++_wordsSaid > WordsBeforeDoubling)
            _wordSpacingUs = Math.Min(_wordSpacingUs * 2, Math.Max(LongestSpacingUs, 8 * _masterIntervalUs));
        _speakAgainUs = nowUs - _wordsSinceUs < Math.Max(TellingUs, 60 * _masterIntervalUs) ? nowUs + _wordSpacingUs : Never;
    }

    /// <summary>Addresses adopted at start belong to somebody else after all. Neighbours of this node may still think they are here, so the holder
    /// must hear of it.</summary>
    private void GiveUpAdopted(long nowUs, EffectList effects)
    {
        _releaseAtUs = nowUs + SuccessorSettleUs;
        TellHolder(nowUs, effects);
    }

    /// <summary>Somebody else holds the addresses who may not know that this node's neighbours think they are here: the lowest priority there is tells
    /// it, and takes nothing from it.</summary>
    private void TellHolder(long nowUs, EffectList effects)
    {
        if (!Settings.ConflictRepair)
            return;
        SendWord(LowestPriority, effects);
        BeginLastWord(LowestPriority, nowUs);
    }

    private void SendWord(byte priority, EffectList effects)
    {
        Counters.AdvertisementsSent++;
        effects.Add(new Effect(EffectKind.SendAdvertisement, this) { Priority = priority });
    }

    private void HearAnswer(in Advertisement advertisement, long nowUs)
    {
        if (_speakAgainUs == Never || advertisement.Priority == 0)
            return;
        var gapUs = nowUs - _beatHeardUs;
        // A copy of what was heard just now says nothing, and a beat that is late by a little makes the next one early by as much.
        if (gapUs < _masterIntervalUs / 8)
            return;
        if (gapUs < _masterIntervalUs * 8 / 10 && ++_answersHeard == AnswersWanted)
            _speakAgainUs = Never;
        _beatHeardUs = nowUs;
    }
}
