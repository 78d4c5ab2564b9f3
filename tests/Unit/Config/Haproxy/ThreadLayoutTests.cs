using System.Collections.Immutable;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Tests.Unit.Config.Haproxy;

public sealed class ThreadLayoutTests
{
    private static BindModel Bind(ShardsModel? shards, params ThreadRange[] threads) => new()
    {
        Address = new SocketAddressModel(SocketFamily.IPv4, null, 80), Position = default, Threads = [.. threads], Shards = shards,
    };

    private static string Shown(ImmutableArray<ImmutableArray<int>> shards) => string.Join(' ', shards.Select(static shard => string.Join(',', shard)));

    /// <summary>Numbers from 0, as they are used.</summary>
    [Theory]
    [InlineData(3, 2, "0 0 1")]
    [InlineData(5, 3, "0 0 1 1 2")]
    [InlineData(2, 2, "0 1")]
    [InlineData(2, null, "0 0")]
    public void Threads_are_dealt_to_groups_evenly(int threads, int? groups, string expected)
    {
        var layout = ThreadLayout.Of(new ThreadsModel { Count = threads, Groups = groups }, 8);
        Assert.Equal(expected, string.Join(' ', layout.GroupOf));
    }

    [Fact]
    public void More_than_sixteen_threads_make_a_second_group()
    {
        var layout = ThreadLayout.Of(new ThreadsModel { Count = 20 }, 8);
        Assert.Equal((2, 10), (layout.Groups, layout.GroupOf.Count(static group => group == 1)));
    }

    [Fact]
    public void A_group_keeps_the_threads_it_was_given()
    {
        var layout = ThreadLayout.Of(new ThreadsModel { Count = 4, Groups = 2, GroupRanges = [new ThreadGroupModel(2, 1, 1)] }, 8);
        Assert.Equal("1 0 0 0", string.Join(' ', layout.GroupOf));
    }

    [Fact]
    public void Nbthread_follows_the_processors_up_to_the_hard_limit()
    {
        Assert.Equal(6, ThreadLayout.Of(new ThreadsModel(), 6).Count);
        Assert.Equal(4, ThreadLayout.Of(new ThreadsModel { HardLimit = 4 }, 6).Count);
        Assert.Equal(4, ThreadLayout.Of(new ThreadsModel { Count = 9, HardLimit = 4 }, 6).Count);
    }

    [Fact]
    public void Shards_share_a_lines_threads_fairly()
    {
        var layout = ThreadLayout.Of(new ThreadsModel { Count = 6, Groups = 2 }, 6);
        Assert.Equal("0,1,2 3,4,5", Shown(layout.ShardsOf(Bind(null))));
        Assert.Equal("0,1 2,3,4", Shown(layout.ShardsOf(Bind(new ShardsModel(Sharding.Fixed, 2), new ThreadRange(0, 1, 5)))));
        Assert.Equal("0 2 4", Shown(layout.ShardsOf(Bind(new ShardsModel(Sharding.ByThread, 0), new ThreadRange(0, 1, 1_024, 2)))));
        Assert.Equal("3,4", Shown(layout.ShardsOf(Bind(new ShardsModel(Sharding.Fixed, 1), new ThreadRange(2, 1, 2)))));
    }

    [Theory]
    [InlineData("1 1-4 0-3", "0|1|2|3")]
    [InlineData("0 1-4 0-3", "0,1,2,3|0,1,2,3|0,1,2,3|0,1,2,3")]
    [InlineData("1 1-2 5,7", "5|7||")]
    public void A_map_binds_threads_to_processors(string map, string expected)
    {
        var parts = map.Split(' ');
        var threads = parts[1] == "1-4" ? 0xFul : 3ul;
        var processors = parts[2] == "0-3" ? ImmutableArray.Create(0, 1, 2, 3) : [5, 7];
        var layout = ThreadLayout.Of(new ThreadsModel { Count = 4, CpuMaps = [new CpuMapModel(1, threads, processors, parts[0] == "1")] }, 8);
        Assert.Equal(expected, string.Join('|', Enumerable.Range(0, 4).Select(thread => string.Join(',', layout.ProcessorsOf(thread, [0, 1, 2, 3])))));
    }

    [Fact]
    public void Without_a_map_each_thread_has_a_processor_when_there_are_as_many()
    {
        var layout = ThreadLayout.Of(new ThreadsModel { Count = 2 }, 8);
        Assert.Equal([3], layout.ProcessorsOf(1, [1, 3]));
        Assert.Empty(layout.ProcessorsOf(1, [1, 2, 3]));
        var chosen = ThreadLayout.Of(new ThreadsModel { Count = 2, CpuSets = [new CpuSetModel(CpuSetKind.Drop, CpuSetUnit.Node, [1])] }, 8);
        Assert.Equal([1, 2, 3], chosen.ProcessorsOf(1, [1, 2, 3]));
    }

    [Fact]
    public void A_set_chooses_processors_by_where_they_sit()
    {
        ProcessorPlace[] places = [new(0, 0, 0, 0, 0), new(1, 0, 0, 0, 1), new(2, 1, 1, 1, 0), new(3, 1, 1, 1, 1)];
        IEnumerable<int> Chosen(params CpuSetModel[] sets) => new ThreadsModel { CpuSets = [.. sets] }.Select(places);
        Assert.Equal([2, 3], Chosen(new CpuSetModel(CpuSetKind.Only, CpuSetUnit.Node, [1])));
        Assert.Equal([0, 2], Chosen(new CpuSetModel(CpuSetKind.Drop, CpuSetUnit.Thread, [1])));
        Assert.Equal([2], Chosen(new CpuSetModel(CpuSetKind.Only, CpuSetUnit.Cluster, [1]), new CpuSetModel(CpuSetKind.Drop, CpuSetUnit.Processor, [3])));
    }
}
