namespace Evenkeel.Control.Web;

/// <summary>The unchanging parts of the statistics page: style sheet, legend, column heads, script.</summary>
internal static class StatsPageStyle
{
    /// <summary>Two header lines in the original's order; the tick column is put before them by the page.</summary>
    public const string TableHead =
        """
        <th rowspan="2"></th><th colspan="3">Queue</th><th colspan="3">Session rate</th><th colspan="6">Sessions</th><th colspan="2">Bytes</th>
        <th colspan="2">Denied</th><th colspan="3">Errors</th><th colspan="2">Warnings</th><th colspan="9">Server</th></tr>
        <tr><th>Cur</th><th>Max</th><th>Limit</th><th>Cur</th><th>Max</th><th>Limit</th><th>Cur</th><th>Max</th><th>Limit</th><th>Total</th><th>LbTot</th>
        <th>Last</th><th>In</th><th>Out</th><th>Req</th><th>Resp</th><th>Req</th><th>Conn</th><th>Resp</th><th>Retr</th><th>Redis</th>
        <th>Status</th><th>LastChk</th><th>Wght</th><th>Act</th><th>Bck</th><th>Chk</th><th>Dwn</th><th>Dwntme</th><th>Thrtle</th></tr></thead>

        """;

    public const string Legend =
        """
        <div class="legend"><h3>Colours</h3><ul>
        <li class="active_up">active UP</li><li class="backup_up">backup UP</li>
        <li class="active_going_down">active UP, going down</li><li class="backup_going_down">backup UP, going down</li>
        <li class="active_going_up">active DOWN, going up</li><li class="backup_going_up">backup DOWN, going up</li>
        <li class="active_down">active or backup DOWN</li><li class="active_no_check">not checked</li>
        <li class="maintain">DOWN for maintenance (MAINT)</li><li class="active_draining">SOFT STOPPED (NOLB, DRAIN)</li>
        </ul></div>

        """;

    /// <summary>The box in a table's head ticks all below it. Without scripts every box still works for itself.</summary>
    public const string Script =
        """
        <script>
        for (const all of document.querySelectorAll("input.all"))
          all.onchange = () => { for (const box of all.form.querySelectorAll("input[name=s]")) box.checked = all.checked; };
        </script>

        """;

    public const string Sheet =
        """
        <style>
        :root { color-scheme: light dark; --page: #f4f6f8; --card: #fff; --ink: #1c2733; --soft: #5d6b79; --line: #d9e0e6; --head: #eaf0f4;
          --accent: #0b6e99; --row: #fafbfc;
          --up: #2e9e5b; --up2: #3b82c4; --going-down: #d9b400; --going-down2: #9b6dd7; --going-up: #ef8e1c; --going-up2: #d75fc0;
          --down: #d8413a; --drain: #17a2c9; --maint: #a8692b; --nocheck: #9aa6b1; --tint: 14%; }
        @media (prefers-color-scheme: dark) { :root { --page: #12181e; --card: #1a222a; --ink: #e3e9ee; --soft: #93a1ae; --line: #2c3843; --head: #222d37;
          --accent: #5cc0ea; --row: #1d262f; --tint: 22%; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 13px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
        header { padding: 18px 24px 14px; border-bottom: 3px solid var(--accent); background: var(--card); }
        h1 { margin: 0; font-size: 22px; letter-spacing: -.01em; }
        h2 { margin: 2px 0 0; font-size: 15px; font-weight: 400; color: var(--soft); }
        h3 { margin: 0 0 8px; font-size: 13px; text-transform: uppercase; letter-spacing: .05em; color: var(--soft); }
        main { padding: 18px 24px 40px; }
        a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
        .general { display: flex; flex-wrap: wrap; gap: 18px; margin-bottom: 18px; }
        .general > * { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 14px 18px; }
        .process { flex: 1 1 340px; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; margin: 0; font-variant-numeric: tabular-nums; }
        dt { color: var(--soft); } dd { margin: 0; }
        .legend ul { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: max-content max-content; gap: 3px 18px; }
        .legend li::before { content: ""; display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 7px; vertical-align: -1px;
          background: var(--state); }
        nav ul { margin: 8px 0 0; padding: 0; list-style: none; columns: 2; column-gap: 22px; }
        nav input { width: 110px; }
        input, select, button { font: inherit; padding: 2px 6px; border: 1px solid var(--line); border-radius: 5px; background: var(--card); color: inherit; }
        button { background: var(--accent); border-color: var(--accent); color: var(--card); padding: 2px 14px; cursor: pointer; }
        .proxy { margin-bottom: 22px; }
        .proxy h3 { display: inline-block; margin: 0; padding: 5px 14px; background: var(--accent); border-radius: 8px 8px 0 0; font-size: 14px;
          text-transform: none; letter-spacing: 0; }
        .proxy h3 a { color: var(--card); }
        .scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 0 8px 8px 8px; }
        table { border-collapse: collapse; width: 100%; font-size: 11.5px; font-variant-numeric: tabular-nums; }
        thead th { background: var(--head); color: var(--soft); font-weight: 600; font-size: 10.5px; padding: 3px 4px; border-bottom: 1px solid var(--line);
          border-left: 1px solid var(--line); white-space: nowrap; }
        thead th:first-child { border-left: 0; }
        td, tbody th { padding: 4px 5px; text-align: right; white-space: nowrap; border-top: 1px solid var(--line); }
        tbody th { text-align: left; font-weight: 600; border-left: 5px solid var(--state, transparent); min-width: 90px; }
        tr.frontend, tr.backend { background: var(--row); } tr.backend th, tr.frontend th { font-weight: 700; } tr.socket { color: var(--soft); }
        td.ac { text-align: center; } td.tick, th.tick { text-align: center; width: 26px; }
        td u { text-decoration: underline dotted var(--soft); text-underline-offset: 3px; cursor: help; }
        tr[class*=active_], tr[class*=backup_], tr.maintain, .outcome { background: color-mix(in srgb, var(--state) var(--tint), var(--card)); }
        tbody tr:hover { filter: brightness(.97); }
        .active_up { --state: var(--up); } .backup_up { --state: var(--up2); }
        .active_going_down { --state: var(--going-down); } .backup_going_down { --state: var(--going-down2); }
        .active_going_up { --state: var(--going-up); } .backup_going_up { --state: var(--going-up2); }
        .active_down, .backup_down { --state: var(--down); }
        .active_draining, .backup_draining, .active_nolb, .backup_nolb { --state: var(--drain); }
        .maintain { --state: var(--maint); } .active_no_check, .backup_no_check { --state: var(--nocheck); }
        .action { margin: 8px 2px 0; } .outcome { padding: 9px 14px; border-radius: 8px; border-left: 5px solid var(--state); }
        </style>

        """;
}
