//! Phrases to suggest as passwords: five words of 256, which is forty bits and beyond any online guessing.

/// Returns a random phrase.
pub(super) fn phrase() -> String {
    let mut bytes = [0_u8; 5];
    // Without randomness everyone would be offered the same phrase, so none is offered.
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        return "five unrelated words of your own".into();
    }
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    bytes
        .iter()
        .map(|byte| words[usize::from(*byte) % words.len()])
        .collect::<Vec<_>>()
        .join(" ")
}

const WORDS: &str = "
acorn alder amber anchor anvil apple april apron arrow aspen atlas attic autumn badge bagel baker
banjo barley barrel basil basket beacon beaver bell bench berry birch bishop blanket bonnet border bottle
bramble bread breeze brick bridge bronze brook broom bucket butter button cabin cactus camel candle canvas
canyon carbon carpet castle cedar cellar chalk cherry chimney chorus cider circle clay cliff cloud clover
cobalt comet compass copper coral cotton cradle crane crater cricket crown crystal curtain cypress daisy dancer
dawn delta desert dolphin donkey dragon drum dune eagle easel ebony echo elbow elder ember engine
falcon feather fennel fern ferry fiddle field finch flame flint flute forest fossil fountain fox garden
garlic garnet ginger glacier glove goblet granite grape gravel grove guitar hammer harbor harvest hazel heron
hickory hollow honey horizon hunter indigo island ivory ivy jacket jasmine jigsaw juniper kernel kettle kite
ladder lagoon lantern larch lark lasso lava lemon lentil lichen lilac linen lizard lobster locket lotus
magnet maple marble market marsh meadow medal melon mercury mirror mitten monsoon moss mulberry mustard napkin
nectar needle nickel north nutmeg oasis oboe ocean olive onion opal orange orchard osprey otter oyster
paddle pantry parade parrot pasture pebble pelican pepper pewter pigeon pillow pine pistachio planet plum pocket
pollen poplar prairie prism puddle pumpkin quartz quilt rabbit radish raft raven reed ribbon river robin
rocket rosemary rudder saddle saffron sage sail salmon sandal sapphire satin saturn scarf shadow shell silver
spruce summit timber tulip tundra turnip turtle umbrella valley velvet violet walnut willow window winter zebra";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_256_and_each_stands_once() {
        let words: std::collections::BTreeSet<&str> = WORDS.split_whitespace().collect();
        assert_eq!((words.len(), WORDS.split_whitespace().count()), (256, 256));
        assert_eq!(phrase().split(' ').count(), 5);
        assert_ne!(phrase(), phrase());
    }
}
