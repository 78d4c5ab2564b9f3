using System.Text;
using Evenkeel.Config.Keepalived.Blocks;

namespace Evenkeel.Config.Keepalived;

/// <summary>Writes docs/compat/keepalived.md from the keyword tables, so that it cannot say anything the parser does not know.</summary>
public static class KeywordDocument
{
    private const string Introduction =
        """
        # keepalived.conf: what works

        Generated from the keyword tables of `src/Config/Keepalived`; a test fails when this file and the tables differ. Compared with Keepalived 2.4.3.

        * **works**: does what keepalived.conf(5) says.
        * **no effect**: understood and checked; there is nothing to do here, for the reason given.
        * **not yet**: understood and checked as the original does; what it asks for is not done, and a start says so once.

        A start with a `vrrp_instance` that has `auth_type AH`, `auth_hmac`, `use_vmac`, `use_ipvlan` or a bare `vrf` is refused: the instance would speak
        differently on the wire than the operator asked for. `virtual_server` blocks are checked; the rest of the file runs.

        ## The language

        Everything of keepalived.conf(5) works: blocks on one line or many, `#` and `!` comments, quotes and escapes on both levels, `include` and its
        variants with `include_check`, `@id` and `@^id`, definitions (also of several lines, nested, and the pre-defined ones), `~SEQ`, `~SEQx`, `~LST`.
        As in the original an unknown keyword is named and its line skipped; an unknown block is *not* skipped as a block: its lines are read in the block
        around it, and its closing brace closes that one. `${UNDEFINED}` outside double quotes is cut at its braces.

        Limits, which the original does not have: 64 MiB of text, 32 files inside each other, 8 million lines after expansion, 64 KiB a line after
        replacements, 1,000 replacements a line (definitions that contain each other end there; the original never ends), 10,000 different messages.

        ## Verdicts of `-t`

        | exit code | meaning |
        |---|---|
        | 0 | nothing to complain of |
        | 2 | a keyword lacks its parameter; a start ends too |
        | 5 | at least one complaint; a start goes on, unless an interface, a `virtual_router_id` or an instance's interface is missing |
        | 6 | scripts are run without `enable_script_security` (a start goes on), or an include that must be there is missing |

        ## Keywords of our own

        What Keepalived does not do is on by default where the wire stays compatible; each has a switch (`on`, `off`) in a `vrrp_instance` for that
        instance, and in `global_defs` for all instances that say nothing.

        | keyword | `off` means |
        |---|---|
        | `make_before_break` | at a clean stop, a reload that drops an instance, a tracker's fault: the addresses go before the successor has spoken |
        | `adopt_addresses` | addresses found at start are removed first, as Keepalived does; on, they stay while the router listens |
        | `conflict_repair` | the winner of a conflict of masters announces nothing again unless `garp_lower_prio_repeat` asks; the loser leaves silently |
        | `steady_announcement` | a master announces its addresses when it takes over, not again with its advertisements |
        | `stall_detection` | a master with `nopreempt` that was frozen goes on speaking although another has taken over meanwhile |
        | `address_probe` | one second after a take-over nobody asks the network whether another node still answers for the (IPv4) addresses |
        | `restore_addresses` | a master whose address somebody removed gives up mastership, as Keepalived does, instead of putting it back |

        `steady_announcement` says each address once an `advert_int` (a second at least), and not more than 10 a second on an interface: of many each has its
        turn. After a split a Keepalived that leaves tells nobody; its neighbours learn from this. `garp_master_refresh` sets another pace instead.

        `dual_version`, off unless written, is for a site that moves from version 2 to 3 (RFC 9568 8.4): an IPv4 instance of version 3 sends every
        advertisement in version 2 too, with its interval in whole seconds, and follows a master that speaks version 2 only.

        `down_timer_bfd NAME` in a `vrrp_instance` names a `bfd_instance`: when that session falls while this router is backup and its neighbour is the
        master, the advertisements of that master are not waited for any longer. It is not set unless written.


        """;

    public static string Write()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        var top = KeepalivedParser.Keywords;
        text.Append("## Keywords\n\n");
        Table(text, "top of the file", top);
        foreach (var keyword in top.Keywords) Blocks(text, keyword, "");
        return text.ToString();
    }

    private static void Blocks(StringBuilder text, Keyword keyword, string around)
    {
        if (keyword.Block is not { } block) return;
        string name = around.Length == 0 ? keyword.Name : $"{around} / {keyword.Name}";
        if (block.Keywords.Count > 0) Table(text, name, block);
        foreach (var inner in block.Keywords) Blocks(text, inner, name);
    }

    private static void Table(StringBuilder text, string name, Block block)
    {
        text.Append("### ").Append(name).Append("\n\n| keyword | state | remark |\n|---|---|---|\n");
        foreach (var keyword in block.Keywords)
        {
            string state = keyword.Support switch { KeywordSupport.Works => "works", KeywordSupport.NoEffect => "no effect", _ => "not yet" };
            string remark = keyword.Note.Length > 0 ? keyword.Note : keyword.Block != null ? "a block" : "";
            text.Append("| `").Append(keyword.Name).Append("` | ").Append(state).Append(" | ").Append(remark).Append(" |\n");
        }
        text.Append('\n');
    }
}
