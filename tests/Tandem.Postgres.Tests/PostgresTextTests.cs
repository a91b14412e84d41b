using Shouldly;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Xunit;

namespace Tandem.Postgres.Tests;

public sealed class PostgresTextTests
{
    [Theory]
    [InlineData("select @a + @b, @a", "select $1 + $2, $1")]
    [InlineData("select doc @> '{\"@a\": 1}' from t where id=@a", "select doc @> '{\"@a\": 1}' from t where id=$1")]
    [InlineData("select '@a', \"@a\", $x$@a$x$, $$@a$$ -- @a\n /* @a /* @a */ @a */, @a", "select '@a', \"@a\", $x$@a$x$, $$@a$$ -- @a\n /* @a /* @a */ @a */, $1")]
    [InlineData("select E'it\\'s @a', @a", "select E'it\\'s @a', $1")]
    [InlineData("select 'it''s @a', @a::bigint", "select 'it''s @a', $1::bigint")]
    [InlineData("select x <@ a, x <@a, @unknown, @ab", "select x <@ a, x <@a, @unknown, @ab")]
    [InlineData("select (@a),-@a", "select ($1),-$1")]
    [InlineData("select a$b$ || @a || a$b$", "select a$b$ || $1 || a$b$")]
    public void Arguments_are_found_where_they_stand_as_such(string text, string expected)
    {
        var prepared = PostgresText.Prepare(new SqlStatement(text, new SqlArgument("a", 1L), new SqlArgument("b", 2L))).Single();

        prepared.Text.ShouldBe(expected);
    }

    [Fact]
    public void Only_arguments_that_are_named_are_sent()
    {
        var prepared = PostgresText.Prepare(new SqlStatement("select @b", new SqlArgument("a", 1L), new SqlArgument("b", 2L))).Single();

        prepared.Arguments.ShouldBe([new SqlArgument("b", 2L)]);
    }

    [Fact]
    public void Statements_are_cut_at_semicolons_that_separate()
    {
        const string function =
            "create or replace function f() returns int language sql begin atomic select case when true then 1 end; select 2; end";
        const string rule = "create rule r as on delete to t do instead (delete from a where i = (old.i); delete from b; )";
        var text = $"select ';' as \";\"; -- a; b\n{function}; {rule}; do $$ begin; end $$;; -- the end; isn't it\n";

        PostgresText.Split(text).ShouldBe(["select ';' as \";\"", $"-- a; b\n{function}", rule, "do $$ begin; end $$"]);
    }

    [Theory]
    [InlineData("  /* x */ -- y\n COMMIT and chain", "commit")]
    [InlineData("(select 1)", "select")]
    [InlineData("'text'", "")]
    public void The_first_word_is_found(string text, string word) => PostgresText.FirstWord(text).ShouldBe(word);

    [Theory]
    [InlineData("it's", "'it''s'")]
    [InlineData("a\\'b", "E'a\\\\''b'")]
    public void Literals_are_quoted(string value, string literal) => PostgresText.Literal(value).ShouldBe(literal);
}
