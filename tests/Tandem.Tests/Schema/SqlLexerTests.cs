using Shouldly;
using Tandem.Schema;
using Xunit;

namespace Tandem.Tests.Schema;

public sealed class SqlLexerTests
{
    [Theory]
    [InlineData("name", "i:name")]
    [InlineData("Name || ' x'", "i:Name y:|| s: x")]
    [InlineData("'it''s'", "s:it's")]
    [InlineData("\"a \"\"b\"\"\"", "q:a \"b\"")]
    [InlineData("`a b`", "q:a b")]
    [InlineData("coalesce([a b], [c])", "i:coalesce y:( q:a b y:, q:c y:)")]
    [InlineData("a[b]", "i:a y:[ i:b y:]")]
    [InlineData("a[1:b]", "i:a y:[ n:1 y:: i:b y:]")]
    [InlineData("array[[a,b],[c,d]]", "i:array y:[ y:[ i:a y:, i:b y:] y:, y:[ i:c y:, i:d y:] y:]")]
    [InlineData("case when [a b] then 1 end", "i:case i:when q:a b i:then n:1 i:end")]
    [InlineData("a::text", "i:a y::: i:text")]
    [InlineData("E'a\\'b' x", "s:a\\'b i:x")]
    [InlineData("E'a\\\\' x", "s:a\\\\ i:x")]
    [InlineData("X'00ff'", "s:00ff")]
    [InlineData("U&'\\0041' U&\"d\\0061t\\+000061\"", "s:A q:data")]
    [InlineData("$$a 'b' c$$ d", "s:a 'b' c i:d")]
    [InlineData("$q$a $$ b$q$", "s:a $$ b")]
    [InlineData("a$b$c", "i:a$b$c")]
    [InlineData("$1 + :who", "p:1 y:+ p:who")]
    [InlineData("1.5e-3 + .5 - 0x1F - 1_000", "n:1.5e-3 y:+ n:.5 y:- n:0x1F y:- n:1_000")]
    [InlineData("0xE-1", "n:0xE y:- n:1")]
    [InlineData("a -- b\n+ c", "i:a y:+ i:c")]
    [InlineData("a /* b /* c */ d */ e", "i:a i:e")]
    [InlineData("a*-b", "i:a y:* y:- i:b")]
    [InlineData("a->>'k'", "i:a y:->> s:k")]
    [InlineData("a!~*b", "i:a y:!~* i:b")]
    [InlineData("@x", "y:@ i:x")]
    [InlineData("größe.größe", "i:größe y:. i:größe")]
    [InlineData("", "")]
    [InlineData("'open", "s:open")]
    [InlineData("*", "y:*")]
    public void Tokens(string sql, string expected)
    {
        var seen = SqlLexer.Tokenize(sql).Select(t => t.Kind switch
        {
            SqlLexer.TokenKind.Identifier => "i:",
            SqlLexer.TokenKind.QuotedIdentifier => "q:",
            SqlLexer.TokenKind.StringLiteral => "s:",
            SqlLexer.TokenKind.Number => "n:",
            SqlLexer.TokenKind.Parameter => "p:",
            _ => "y:",
        } + t.Value);
        string.Join(' ', seen).ShouldBe(expected);
    }

    [Theory]
    [InlineData("upper(name)", "name", true)]
    [InlineData("upper(NAME)", "name", true)]
    [InlineData("upper(\"Name\")", "name", true)]
    [InlineData("c.name", "name", true)]
    [InlineData("'name'", "name", false)]
    [InlineData("-- name\n1", "name", false)]
    [InlineData("first_name", "name", false)]
    [InlineData("@name", "name", true)]
    [InlineData("[name]", "name", true)]
    public void Names(string sql, string name, bool expected) => SqlLexer.Names(sql, name).ShouldBe(expected);

    [Theory]
    [InlineData("Name", "name")]
    [InlineData("\"Name\"", "Name")]
    [InlineData("ÄRGER_Öl", "Ärger_Öl")]
    public void A_name_is_kept_as_PostgreSQL_keeps_it(string sql, string name) => SqlLexer.Tokenize(sql).Single().Name.ShouldBe(name);

    [Theory]
    [InlineData("a\n || 'b", "a string is not closed", 2, 5)]
    [InlineData("\"b", "a quoted name is not closed", 1, 1)]
    [InlineData("1 /* b", "a comment is not closed", 1, 3)]
    [InlineData("/* a /* b */ */", "a comment begins inside a comment", 1, 6)]
    [InlineData("$x$ y", "the string that $x$ begins is not closed", 1, 1)]
    [InlineData("E'\\'", "a string is not closed", 1, 1)]
    public void Errors(string sql, string message, int line, int column) =>
        SqlLexer.FindError(sql).ShouldBe(new SqlLexer.LexicalError(message, line, column));

    [Fact]
    public void A_text_that_both_engines_can_cut_has_no_error() =>
        SqlLexer.FindError("split_part(trim(name), ' ', 1) || $$'$$").ShouldBeNull();

    [Fact]
    public void Tokens_cover_the_text_in_order()
    {
        const string sql = "a + 'b' || \"c\" -- d\n / $1::int[3]";
        foreach (var token in SqlLexer.Tokenize(sql))
        {
            sql.Substring(token.Position, token.Text.Length).ShouldBe(token.Text);
        }
    }
}
