using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy;

/// <summary>The `-S` of haproxy's command line (management.txt 9.4): an address with the options of a bind line, parted by commas instead of blanks.</summary>
public static class MasterSocket
{
    /// <returns>One model an address; empty when the text is refused, which has been said.</returns>
    public static IReadOnlyList<BindModel> Parse(string text, IWorld world, SignatureRegistry registry, DiagnosticList diagnostics)
    {
        var line = BindLine.ForMasterSocket(new ParseContext(world, new HaproxyOptions(), registry, diagnostics));
        var position = new SourcePosition("master-socket", 0);
        return line.TryRead(new Statement(text.Split(',', StringSplitOptions.RemoveEmptyEntries), position), 0) ? line.Binds : [];
    }
}
