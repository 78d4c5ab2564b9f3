using Evenkeel.Model.Process;
using Evenkeel.Proxy.Samples;

namespace Evenkeel.Tests.Unit.Proxy.Samples;

/// <summary>`tune.vars.*-max-size`: a scope counts what the scopes inside it hold.</summary>
public class VariableLimitTests
{
    [Fact]
    public void A_value_that_does_not_fit_its_scope_is_not_set_and_room_comes_back()
    {
        var context = With(new VariableLimitsModel { Message = VariableLimits.Overhead + 10 });
        Assert.True(Set(context, VariableScope.Request, 0, length: 10));
        Assert.False(Set(context, VariableScope.Request, 1, length: 0));
        // The response has room of its own, and what replaces a value takes its room.
        context.IsResponse = true;
        Assert.True(Set(context, VariableScope.Response, 0, length: 10));
        context.IsResponse = false;
        Assert.True(Set(context, VariableScope.Request, 0, length: 5));
        Assert.False(Set(context, VariableScope.Request, 0, length: 11));
        context.UnsetVariable(new VariableId(VariableScope.Request, 0));
        Assert.True(Set(context, VariableScope.Request, 1, length: 10));
    }

    [Fact]
    public void A_transaction_counts_its_messages_and_a_session_its_transaction()
    {
        var context = With(new VariableLimitsModel { Transaction = 2 * VariableLimits.Overhead, Session = 3 * VariableLimits.Overhead });
        Assert.True(Set(context, VariableScope.Request, 0, length: 0));
        Assert.True(Set(context, VariableScope.Transaction, 0, length: 0));
        context.IsResponse = true;
        Assert.False(Set(context, VariableScope.Response, 0, length: 0));
        Assert.True(Set(context, VariableScope.Session, 0, length: 0));
        Assert.False(Set(context, VariableScope.Session, 1, length: 0));
        context.Variables!.Clear();
        Assert.True(Set(context, VariableScope.Session, 1, length: 0));
    }

    [Fact]
    public void The_variables_of_the_process_have_a_bound_of_their_own()
    {
        var context = With(new VariableLimitsModel { Process = VariableLimits.Overhead });
        Assert.True(Set(context, VariableScope.Process, 0, length: 0));
        Assert.False(Set(context, VariableScope.Process, 1, length: 0));
        Assert.True(Set(context, VariableScope.Transaction, 0, length: 500));
    }

    [Fact]
    public void A_request_and_its_response_do_not_see_each_others_variables()
    {
        var context = With(new VariableLimitsModel());
        Assert.True(Set(context, VariableScope.Request, 0, length: 1));
        Assert.False(Set(context, VariableScope.Response, 0, length: 1));
        context.IsResponse = true;
        var sample = default(Sample);
        Assert.False(context.TryGetVariable(new VariableId(VariableScope.Request, 0), ref sample));
        Assert.True(Set(context, VariableScope.Response, 0, length: 1));
    }

    private static SampleContext With(VariableLimitsModel model) =>
        new() { Limits = VariableLimits.From(model), Variables = new StreamVariables(), SessionVariables = new VariableStore() };

    private static bool Set(SampleContext context, VariableScope scope, int index, int length)
    {
        var sample = default(Sample);
        sample.SetString(new byte[length]);
        return context.TrySetVariable(new VariableId(scope, index), VariableConditions.None, sample);
    }
}
