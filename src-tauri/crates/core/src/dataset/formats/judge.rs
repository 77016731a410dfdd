//! Which shape a row has by its fields, and whether there is something to learn from it.

use super::json::{Field, Fields};
use super::problem::{FieldProblem, Kind, Problem};
use super::shape::Shape;
use super::text::Text;
use super::turns::{Role, Turns};

/// A row in order.
#[derive(Debug)]
pub(super) struct Parsed<T> {
    pub shape: Shape,
    pub prompt: T,
    pub completion: T,
    /// A field that is there more than once.
    pub duplicate: Option<&'static str>,
}

/// A step into a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// To the value of this field.
    Field(&'static str),
    /// To this entry of a list, from 0.
    Entry(usize),
}

/// Where in the row, and what; nothing where the fields make no shape at all.
type Verdict = Option<(Vec<Step>, Problem)>;

/// Judges a row by its fields. A shape is complete when its fields are given, whatever else is there; a field that is
/// null counts as not given, since tables turned into JSON write their empty cells so.
pub(super) fn judge<T: Text>(fields: Fields<T>) -> Result<Parsed<T>, Verdict> {
    let Fields { prompt, completion, messages, text, instruction, input, output, .. } = fields;
    let (shape, prompt, completion, told) = if messages.is_given() {
        let (prompt, completion) = conversation("messages", list("messages", messages, "a list of messages")?)?;
        (Shape::Messages, prompt, completion, ("messages", "messages"))
    } else if prompt.is_given() && completion.is_given() {
        let (shape, prompt, completion) = pair(prompt, completion)?;
        (shape, prompt, completion, ("prompt", "completion"))
    } else if text.is_given() {
        (Shape::Text, T::default(), learnable("text", plain("text", text)?)?, ("text", "text"))
    } else if instruction.is_given() && output.is_given() {
        let mut prompt = plain("instruction", instruction)?;
        if input.is_given() {
            prompt = prompt.join("\n\n", plain("input", input)?);
        }
        (Shape::Instruction, prompt, learnable("output", plain("output", output)?)?, ("instruction", "output"))
    } else {
        let whole = [(&messages, &messages), (&prompt, &completion), (&text, &text), (&instruction, &output)];
        let names = [("messages", "messages"), ("prompt", "completion"), ("text", "text"), ("instruction", "output")];
        let null = whole.into_iter().zip(names).find(|((one, other), _)| one.is_there() && other.is_there());
        let Some(((one, _), names)) = null else { return Err(None) };
        let field = if one.is_given() { names.1 } else { names.0 };
        return Err(at(field, FieldProblem::Null { field }));
    };
    for (text, field) in [(&prompt, told.0), (&completion, told.1)] {
        if text.holds_nul() {
            return Err(at(field, FieldProblem::Nul { field }));
        }
    }
    Ok(Parsed { shape, prompt, completion, duplicate: None })
}

fn at(field: &'static str, problem: FieldProblem) -> Verdict {
    Some((vec![Step::Field(field)], problem.into()))
}

fn pair<T: Text>(prompt: Field<T>, completion: Field<T>) -> Result<(Shape, T, T), Verdict> {
    match (prompt, completion) {
        (Field::Text(prompt), Field::Text(completion)) => {
            Ok((Shape::PromptCompletion, prompt, learnable("completion", completion)?))
        }
        (Field::List(prompt), Field::List(completion)) => {
            let asked = every("prompt", prompt)?;
            let (before, completion) = conversation("completion", completion)?;
            Ok((Shape::PromptCompletionMessages, asked.join("\n\n", before), completion))
        }
        (prompt @ (Field::Text(_) | Field::List(_)), completion @ (Field::Text(_) | Field::List(_))) => {
            let problem = FieldProblem::MixedPair { prompt: prompt.kind(), completion: completion.kind() };
            Err(at("completion", problem))
        }
        (Field::Text(_) | Field::List(_), other) => Err(wrong("completion", other.kind(), "text")),
        (other, _) => Err(wrong("prompt", other.kind(), "text")),
    }
}

fn wrong(field: &'static str, kind: Kind, wanted: &'static str) -> Verdict {
    at(field, FieldProblem::WrongKind { field, kind, wanted })
}

fn plain<T: Text>(field: &'static str, value: Field<T>) -> Result<T, Verdict> {
    match value {
        Field::Text(text) => Ok(text),
        other => Err(wrong(field, other.kind(), "text")),
    }
}

fn list<T: Text>(field: &'static str, value: Field<T>, wanted: &'static str) -> Result<Turns<T>, Verdict> {
    match value {
        Field::List(turns) => Ok(turns),
        other => Err(wrong(field, other.kind(), wanted)),
    }
}

fn learnable<T: Text>(field: &'static str, text: T) -> Result<T, Verdict> {
    if text.is_blank() { Err(at(field, FieldProblem::NothingToLearn { field })) } else { Ok(text) }
}

/// Every message, put together.
fn every<T: Text>(field: &'static str, turns: Turns<T>) -> Result<T, Verdict> {
    let turns = in_order(field, turns)?;
    Ok(match turns.last {
        Some(last) => turns.before.join("\n\n", last.text),
        None => turns.before,
    })
}

/// What comes before the last message, and that message, which must be the assistant's.
fn conversation<T: Text>(field: &'static str, turns: Turns<T>) -> Result<(T, T), Verdict> {
    let turns = in_order(field, turns)?;
    let Some(last) = turns.last else { return Err(at(field, FieldProblem::EmptyList { field })) };
    let here = |step: Option<&'static str>, problem: FieldProblem| {
        let mut path = vec![Step::Field(field), Step::Entry(turns.count - 1)];
        path.extend(step.map(Step::Field));
        Err(Some((path, problem.into())))
    };
    if !turns.answered {
        return Err(at(field, FieldProblem::NoAssistant { field }));
    }
    if last.role != Role::Assistant {
        return here(Some("role"), FieldProblem::LastNotAssistant { field, role: last.role.name() });
    }
    if last.weightless {
        return here(Some("weight"), FieldProblem::WeightZero { field });
    }
    if last.text.is_blank() {
        return here(Some("content"), FieldProblem::NothingToLearn { field: "The last message's content" });
    }
    Ok((turns.before, last.text))
}

fn in_order<T: Text>(field: &'static str, mut turns: Turns<T>) -> Result<Turns<T>, Verdict> {
    let Some(bad) = turns.bad.take() else { return Ok(turns) };
    let mut path = vec![Step::Field(field), Step::Entry(bad.index)];
    path.extend(bad.field.map(Step::Field));
    Err(Some((path, Problem::message(field, bad.index, bad.fault))))
}
