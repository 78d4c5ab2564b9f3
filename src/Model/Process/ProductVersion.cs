namespace Evenkeel.Model.Process;

/// <summary>What this program is, and the levels of the two originals it claims; every banner, `show info` and version predicate takes it from here.</summary>
public static class ProductVersion
{
    /// <summary>The branch of HAProxy whose language and behaviour are claimed.</summary>
    public const string HaproxyBranch = "3.5";

    /// <summary>The branch of Keepalived whose language and behaviour are claimed.</summary>
    public const string KeepalivedBranch = "2.4";

    public const string ProductName = "Evenkeel";

    /// <summary>Release date as the banners show it; the original's has the same form.</summary>
    public const string ReleaseDate = "2026/11/22";

    /// <summary>Our own version as the build stamps it.</summary>
    public static string Own { get; } = typeof(ProductVersion).Assembly.GetName().Version!.ToString(3);

    /// <summary>The third word of haproxy's banner: comparable as a version of its branch, and telling who answers.</summary>
    public static string Haproxy { get; } = $"{HaproxyBranch}.0-evenkeel-{Own}";

    public static string Keepalived { get; } = $"{KeepalivedBranch}.0";
}
