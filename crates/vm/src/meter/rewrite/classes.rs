//! Classes: what they inherit from, and what making an instance of them costs.

use oxc_ast::ast::*;
use oxc_ast_visit::walk;
use oxc_span::GetSpan;

use super::Rewriter;
use super::regions::RegionKind;
use crate::meter::cost;

impl Rewriter<'_> {
    pub(super) fn class(&mut self, it: &Class<'_>) {
        let strict = std::mem::replace(&mut self.strict, true);
        let heritage = it
            .heritage
            .as_ref()
            .map(|heritage| heritage.expression.span());
        if let Some(span) = heritage {
            self.edits.before(span.start, "($m$h(");
        }
        let has_values = it.body.body.iter().any(is_value);
        self.fields.push(has_values.then_some(0));
        let at = self.edits.reserve_inside(it.body.span.start + 1);
        walk::walk_class(self, it);
        let mut begin = String::new();
        if it.heritage.is_some() && !it.body.body.iter().any(is_constructor) {
            let units = cost::FUNCTION + cost::units(cost::LARGE_BLOCK);
            begin += &format!(
                "constructor(...$m$r){{try{{if(($m$.u-={units})<0||++$m$.d>{max})$m$x();super(...$m$r)}}finally{{--$m$.d}}}}",
                max = cost::MAX_DEPTH
            );
        }
        if let Some(weight) = self.fields.pop().flatten() {
            begin += &format!("#$m$i=$m$f({});", cost::FUNCTION + cost::units(weight));
            self.edits.behind(it.body.span.end - 1, ";#$m$o=$m$g()");
        }
        self.edits.fill(at, begin);
        self.strict = strict;
    }

    pub(super) fn property_definition(&mut self, it: &PropertyDefinition<'_>) {
        if it.r#static {
            walk::walk_property_definition(self, it);
            return;
        }
        let unused = self.edits.reserve_inside(it.span.start);
        self.push_region(RegionKind::Fields, unused);
        walk::walk_property_definition(self, it);
        let weight = self.pop_region().weight;
        if let Some(Some(total)) = self.fields.last_mut() {
            *total += weight + 8;
        }
    }
}

fn is_value(element: &ClassElement<'_>) -> bool {
    matches!(element, ClassElement::PropertyDefinition(property) if !property.r#static)
}

fn is_constructor(element: &ClassElement<'_>) -> bool {
    matches!(element, ClassElement::MethodDefinition(method) if method.kind == MethodDefinitionKind::Constructor)
}
