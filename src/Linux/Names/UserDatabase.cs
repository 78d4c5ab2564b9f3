using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Names;

/// <summary>An account as the C library's name services know it (passwd file, LDAP, ...).</summary>
public sealed record UserAccount(string Name, uint UserId, uint GroupId);

/// <summary>Users and groups by name: getpwnam_r(3), getgrnam_r(3), getgrouplist(3).</summary>
/// <remarks>Blocks on whatever name service the machine uses: start-up and reload only, and before chroot.</remarks>
public static unsafe partial class UserDatabase
{
    // Large LDAP groups fill kilobytes with member names; the call says ERANGE when the room is too small.
    private const int FirstRoom = 4096;
    private const int MostRoom = 1 << 20;
    private const int MostGroups = 1024;

    public static UserAccount? FindUser(string name)
    {
        for (var room = FirstRoom; room <= MostRoom; room *= 4)
        {
            var buffer = new byte[room];
            Password entry;
            Password* result;
            int error;
            fixed (byte* first = buffer) error = getpwnam_r(name, &entry, first, (nuint)room, &result);
            if (error == (int)Errno.ERANGE) continue;
            if (error != 0 || result is null) return null;
            return new UserAccount(name, entry.UserId, entry.GroupId);
        }
        return null;
    }

    public static uint? FindGroup(string name)
    {
        for (var room = FirstRoom; room <= MostRoom; room *= 4)
        {
            var buffer = new byte[room];
            Group entry;
            Group* result;
            int error;
            fixed (byte* first = buffer) error = getgrnam_r(name, &entry, first, (nuint)room, &result);
            if (error == (int)Errno.ERANGE) continue;
            return error == 0 && result is not null ? entry.GroupId : null;
        }
        return null;
    }

    /// <summary>All groups a user belongs to, the primary one included.</summary>
    public static IReadOnlyList<uint> GroupsOf(UserAccount user)
    {
        var groups = new uint[MostGroups];
        var count = MostGroups;
        fixed (uint* first = groups)
        {
            // Bound: the call never writes more than the count it was given; -1 says that there were more.
            var all = getgrouplist(user.Name, user.GroupId, first, &count);
            return groups[..(all < 0 ? MostGroups : all)];
        }
    }

    /// <summary>struct passwd (pwd.h), 64 bit.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Password
    {
        public byte* Name;
        public byte* Secret;
        public uint UserId;
        public uint GroupId;
        public byte* Comment;
        public byte* Directory;
        public byte* Shell;
    }

    /// <summary>struct group (grp.h), 64 bit.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Group
    {
        public byte* Name;
        public byte* Secret;
        public uint GroupId;
        public byte** Members;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int getpwnam_r(string name, Password* entry, byte* buffer, nuint length, Password** result);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int getgrnam_r(string name, Group* entry, byte* buffer, nuint length, Group** result);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int getgrouplist(string user, uint group, uint* groups, int* count);
}
