// One question at a time, answered yes or no.
export type Question = {
  title: string;
  text: string;
  yes: string;
  danger?: boolean;
  /** The word to type before yes can be pressed. */
  typed?: string;
};

class Confirm {
  open = $state.raw<(Question & { answer: (yes: boolean) => void }) | null>(null);

  ask(question: Question): Promise<boolean> {
    this.open?.answer(false);
    return new Promise((resolve) => {
      this.open = {
        ...question,
        answer: (yes) => {
          this.open = null;
          resolve(yes);
        },
      };
    });
  }
}

export const confirm = new Confirm();
