using Shouldly;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Problems;
using Xunit;

namespace Tandem.Tests.Operations;

/// <summary>Triggers that PostgreSQL would not make, refused before anybody asks it.</summary>
public sealed class TriggerOperationTests
{
    private static readonly CreateTrigger Noted = new() { Table = "customers", Name = "noted", Events = new SqlText("insert"), Execute = new SqlText("note('a', 1, word)") };

    /// <summary>What is refused, with a part of the message.</summary>
    public static TheoryData<CreateTrigger, string> Refused => new()
    {
        { Noted with { Events = new("insert or truncate") }, "truncate tells of no row" },
        { Noted with { NewRows = "n", Timing = TriggerTiming.Before }, "only a trigger that fires afterwards" },
        { Noted with { NewRows = "n", Each = TriggerFor.Statement, Events = new("truncate") }, "truncate tells of no rows" },
        { Noted with { NewRows = "n", Events = new("insert or update") }, "for several events" },
        { Noted with { NewRows = "n", Events = new("update of name") }, "for some columns" },
        { Noted with { NewRows = "n", OldRows = "n", Events = new("update") }, "both called n" },
        { Noted with { OldRows = "o" }, "insert has no old rows" },
        { Noted with { NewRows = "n", Events = new("delete") }, "delete has no new rows" },
        { Noted with { Execute = new("note") }, "cannot carry out \"note\"" },
        { Noted with { Execute = new("note(1 + 2)") }, "cannot carry out" },
        { Noted with { Execute = new("note(new.id)") }, "cannot carry out" },
        { Noted with { Execute = new("execute function note()") }, "cannot carry out" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_the_server_would_not_make_is_refused(CreateTrigger trigger, string message)
    {
        var problem = Of(trigger).Problems.Single(p => p.Severity == Severity.Error);
        problem.Code.ShouldBe(ProblemCodes.Incomplete);
        problem.Message.ShouldContain(message);
    }

    [Fact]
    public void What_it_makes_is_not()
    {
        CreateTrigger[] taken =
        [
            Noted, Noted with { Events = new("truncate"), Each = TriggerFor.Statement }, Noted with { Events = new("insert or update of name") }, Noted with { NewRows = "n" },
            Noted with { OldRows = "o", NewRows = "n", Events = new("UPDATE"), Each = TriggerFor.Statement }, Noted with { OldRows = "o", Events = new("delete") }, Noted with { Execute = new("app.\"note\"();") },
        ];
        foreach (var trigger in taken)
        {
            Of(trigger).Problems.ShouldNotContain(p => p.Severity == Severity.Error);
        }
    }

    private static MigrationDraft Of(params Operation[] operations) =>
        MigrationDraft.Of(new() { Id = "0001_x", FileHash = "x", Title = "x", Operations = [.. operations] }, Drafts.Crm, "postgres");
}
